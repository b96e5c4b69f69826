"""Images, containers and the hosts that run them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shippy.model.traffic import Endpoint, Slot


@dataclass(frozen=True, slots=True)
class Image:
    """An image, pinned: `reference` is how it was asked for, `digest` ("sha256:…") what that meant at the time."""

    reference: str
    digest: str

    @property
    def repository(self) -> str:
        """The reference without its tag: a colon after the last slash starts a tag, one before it a port."""
        head, slash, last = self.reference.partition("@")[0].rpartition("/")
        return head + slash + last.partition(":")[0]

    @property
    def pinned(self) -> str:
        return f"{self.repository}@{self.digest}"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image that a host has, by its digest. `size` is its engine's word: bytes, with the layers that it shares."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Release:
    """The containers of one deploy on the fleet: what they run and the slot they take."""

    app: str
    deploy: str
    commit: str
    image: Image
    slot: Slot


@dataclass(frozen=True, slots=True)
class Container:
    """One container of an app, as its host reports it. `endpoint` is None unless it runs with its port published."""

    host: str
    id: str
    name: str
    app: str
    deploy: str
    commit: str
    slot: Slot
    state: str
    endpoint: Endpoint | None = None


class HostStep(StrEnum):
    """What a host is doing for a release, in order."""

    CONNECTING = "connecting"
    PULLING = "pulling"
    CREATING = "creating"
    STARTING = "starting"
    CHECKING = "waiting for health"
    READY = "ready"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class HostProgress:
    """A host has come so far. `percent` is that of the pull, from the bytes that its layers have and need."""

    host: str
    step: HostStep
    percent: int | None = None
