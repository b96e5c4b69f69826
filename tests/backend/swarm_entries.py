"""What a swarm's managers answer, as Docker 20.10 does, for the tests of what is made of it."""

from __future__ import annotations

from typing import Any

from shippy.backend.swarm.nodes import Node
from shippy.backend.swarm.spec import Placement, service_of
from shippy.config.schema import ContainerSettings
from shippy.model import Image, Release, Slot

RELEASE = Release("web", "260101-120000-ab12cd34", "c0ffee", Image("r/acme/web:c0ffee", "sha256:1"), Slot.GREEN)
WEB1, WEB2 = Node("web1", "10.0.0.11", "id1"), Node("web2", "10.0.0.12", "id2")
PORT = 20001


def service(settings: ContainerSettings | None = None) -> dict[str, Any]:
    placement = Placement(["web1", "web2"], ["node.id!=id3"], 2)
    return service_of(RELEASE, settings or ContainerSettings(), placement, PORT)


def node(name: str, state: str = "ready", **changed: Any) -> dict[str, Any]:
    return {
        "ID": f"id-of-{name}",
        "Description": {"Hostname": name},
        "Spec": {"Availability": "active"},
        "Status": {"State": state, "Addr": "10.0.0.11"},
        **changed,
    }


def task(
    state: str, on: Node | None = WEB1, *, number: int = 1, wanted: str = "running", **status: Any
) -> dict[str, Any]:
    """A task of the release; with a container from the state `starting` on."""
    entry: dict[str, Any] = {
        "ID": f"task{number}",
        "CreatedAt": f"2026-01-01T12:00:{number:02}Z",
        "Slot": 1,
        "DesiredState": wanted,
        "Spec": service()["TaskTemplate"],
        "Status": {"State": state, "Message": "started", **status},
    }
    if on is not None:
        entry["NodeID"] = on.id
    if state in {"starting", "running", "complete", "failed"}:
        entry["Status"].setdefault("ContainerStatus", {"ContainerID": f"container{number}", "ExitCode": 0})
    return entry
