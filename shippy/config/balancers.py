"""The section of a balancer, for each kind."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Discriminator, Tag, model_validator

from shippy.config.section import Section
from shippy.config.values import Name, RuntimeUrl, StateUrl, Text, Timeout


class Kind(StrEnum):
    HAPROXY = "haproxy"
    NGINX = "nginx"


class Balancer(Section):
    """A HAProxy. `files` is its folder, if shippy can write to it."""

    kind: Literal[Kind.HAPROXY] = Kind.HAPROXY
    name: Name
    runtime: RuntimeUrl
    files: Path | None = None


class Reload(Section):
    """How a nginx is told to read its files again: by a signal to the process in `pid`, or by a command."""

    pid: Path | None = None
    command: tuple[Text, ...] = ()
    within: Timeout = 10.0

    @model_validator(mode="after")
    def has_one_way(self) -> Self:
        if bool(self.command) == (self.pid is not None):
            raise ValueError("either pid or command, not both")
        return self


class NginxBalancer(Section):
    """A nginx. `files` is its folder for what shippy writes; `state` is where it answers what it does."""

    kind: Literal[Kind.NGINX]
    name: Name
    files: Path
    state: StateUrl
    reload: Reload = Reload(pid=Path("/run/nginx.pid"))

    @property
    def state_ports(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """The two addresses at which it answers, in turns: `state`, and the port after it."""
        where = urlsplit(self.state)
        host, port = where.hostname or "", where.port or 0
        return (host, port), (host, port + 1)


def _kind(section: Any) -> str:
    """The kind of a section; anything that is no section counts as a HAProxy's."""
    if isinstance(section, dict):
        return str(section.get("kind", Kind.HAPROXY))
    return str(getattr(section, "kind", Kind.HAPROXY))


AnyBalancer = Annotated[
    Annotated[Balancer, Tag(Kind.HAPROXY.value)] | Annotated[NginxBalancer, Tag(Kind.NGINX.value)],
    Discriminator(_kind),
]
