"""Slots, shares and endpoints: what a balancer is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType

NO_SHARE_BASIS_POINTS = 0
FULL_SHARE_BASIS_POINTS = 10_000


class Slot(StrEnum):
    """One of the two places that a release can have on a balancer."""

    BLUE = "blue"
    GREEN = "green"

    @property
    def other(self) -> Slot:
        return Slot.GREEN if self is Slot.BLUE else Slot.BLUE


@dataclass(frozen=True, order=True, slots=True)
class Share:
    """A share of the public traffic, held exactly, in basis points (ten-thousandths: 25 % is 2500).

    Raises:
        ValueError: not within 0 to 100 percent, or finer than 0.01 percent.
    """

    basis_points: int

    def __post_init__(self) -> None:
        if not NO_SHARE_BASIS_POINTS <= self.basis_points <= FULL_SHARE_BASIS_POINTS:
            raise ValueError(f"a share is between 0 and 100 percent, not {self.basis_points / 100:g}")

    @classmethod
    def of_percent(cls, percent: str | int | Decimal) -> Share:
        """The share for a number of percent, such as "25", "0.5" or 100."""
        try:
            basis_points = Decimal(percent) * 100
            whole = int(basis_points)
        except (InvalidOperation, OverflowError, ValueError) as error:
            raise ValueError(f"{percent!r} is not a number of percent") from error
        if whole != basis_points:
            raise ValueError(f"{percent} percent is finer than a hundredth of a percent")
        return cls(whole)

    def __str__(self) -> str:
        return f"{self.basis_points / 100:g} %"


NONE = Share(NO_SHARE_BASIS_POINTS)
ALL = Share(FULL_SHARE_BASIS_POINTS)


@dataclass(frozen=True, slots=True)
class Routing:
    """Which slot serves the public, which is being verified (None: nothing is), and that one's share.

    `salt` decides, with the visitor, who is among the share: with another one it is others. It is the deploy's id, so
    that a visitor keeps their version during one deploy, and the same ones are not the first of every deploy.
    """

    stable: Slot
    candidate: Slot | None = None
    share: Share = NONE
    salt: str = ""

    def public_points(self, slot: Slot) -> int:
        """A slot's share of the public traffic, in basis points."""
        if slot is self.candidate:
            return self.share.basis_points
        return ALL.basis_points - self.share.basis_points if slot is self.stable else 0

    def gaining(self, before: Routing) -> list[Slot]:
        """The slots that get more of the public traffic than they had."""
        return [slot for slot in Slot if self.public_points(slot) > before.public_points(slot)]


@dataclass(frozen=True, order=True, slots=True)
class Endpoint:
    """Where one container of a release answers: the name of its host, and an address and port to reach it."""

    host: str
    address: str
    port: int

    @property
    def authority(self) -> str:
        """The address and port as a URL has them."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything that a balancer should know of an app: its routing, and the endpoints in each slot."""

    routing: Routing
    endpoints: Mapping[Slot, frozenset[Endpoint]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A slot without endpoints and a slot that is not named are the same, and compare as the same.
        filled = {slot: frozenset(endpoints) for slot, endpoints in self.endpoints.items() if endpoints}
        object.__setattr__(self, "endpoints", MappingProxyType(filled))

    def in_slot(self, slot: Slot) -> frozenset[Endpoint]:
        return self.endpoints.get(slot, frozenset())
