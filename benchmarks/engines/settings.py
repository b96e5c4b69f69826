"""How the engines behave: how long things take, and what goes wrong where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

FIRST = IPv4Address("127.1.0.1")
PORTS = 8
"""How many containers of a host are reached at ports of their own."""


class Fault(StrEnum):
    CLOSES = "closes"
    """It takes connections, and closes them."""
    SILENT = "silent"
    """It takes connections, and never answers."""
    NO_PULL = "no-pull"
    """Its pulls end with an error."""
    EXITS = "exits"
    """What it starts exits at once, with 3."""
    UNHEALTHY = "unhealthy"
    """What it starts answers its health check with 503."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Times are in seconds.

    Attributes:
        latency: until any answer begins.
        pull: how long a pull of the image takes beyond `image_bytes` at `bandwidth` (bytes/s of one host's own line).
        lines: how many lines of progress a pull tells.
        start: how long the start of a container takes.
        healthy: how long a started container takes until it is healthy.
        faults: by the number of the host, from 0.
    """

    hosts: int
    port: int
    latency: float = 0.0
    pull: float = 0.0
    image_bytes: int = 0
    bandwidth: int = 0
    lines: int = 4
    start: float = 0.0
    healthy: float = 0.0
    faults: tuple[tuple[int, Fault], ...] = ()

    @property
    def pull_takes(self) -> float:
        return self.pull + (self.image_bytes / self.bandwidth if self.bandwidth else 0.0)


def address(number: int) -> str:
    """The address of a host, by its number from 0."""
    return str(FIRST + number)


def number_of(host: str) -> int:
    return int(IPv4Address(host)) - int(FIRST)


def fault_pairs(told: Sequence[str]) -> tuple[tuple[int, Fault], ...]:
    """`3:silent` is the fault of the fourth host.

    Raises:
        ValueError: it is none.
    """
    pairs = (each.partition(":") for each in told)
    return tuple((int(number), Fault(fault)) for number, _, fault in pairs)
