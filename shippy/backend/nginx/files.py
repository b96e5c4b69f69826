"""The file that shippy writes for a nginx: an app's servers, who goes to which, and what tells of both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shippy.backend.lasting import Shelf
from shippy.backend.nginx.state import encoded
from shippy.backend.nginx.text import bind, percent, pieces, variable, where
from shippy.backend.templating import template
from shippy.config.balancers import NginxBalancer
from shippy.config.schema import App
from shippy.model import ALL, NONE, Routing, Slot, Traffic

NEW = Traffic(Routing(Slot.BLUE))


class Files:
    """An app's file "<app>.conf" in the folder of a nginx."""

    def __init__(self, app: str, balancer: NginxBalancer) -> None:
        self._app = app
        self._balancer = balancer
        self._path = balancer.files / f"{app}.conf"
        self._shelf = Shelf(balancer.name)

    def write(self, wanted: Traffic, turn: int | None = None) -> None:
        """Have nginx start with this from now on; on disk when it returns.

        `turn` is the port that tells of it; left out, a file that says the same stays as it is.

        Raises:
            Unavailable: the folder cannot be written to, or a server's name has no address.
        """
        addresses = {
            each.address: where(self._balancer.name, each.address) for slot in Slot for each in wanted.in_slot(slot)
        }
        texts = [app_file(self._app, self._balancer, wanted, addresses, each) for each in (0, 1)]
        if turn is None and self._there() in texts:
            return
        self._shelf.put({self._path: texts[turn or 0]})

    def _there(self) -> str | None:
        """What the file says; None where it cannot be read, and has to be written anyway."""
        try:
            return self._path.read_text(encoding="utf-8")
        except OSError:
            return None

    def install(self) -> list[Path]:
        """Write the file of an app that has no containers yet, unless it is there; returns what was written.

        Raises:
            OSError: the folder cannot be made.
            Unavailable: it cannot be written to.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            return []
        self.write(NEW)
        return [self._path]


def install_nginx_files(app: str, section: App) -> list[Path]:
    """Write what the app's balancers need for their first start; files that are there stay as they are.

    Raises:
        OSError, Unavailable: a folder cannot be written to.
    """
    return [path for balancer in section.nginxes for path in Files(app, balancer).install()]


def app_file(app: str, balancer: NginxBalancer, wanted: Traffic, addresses: Mapping[str, str], turn: int) -> str:
    """The file's text. `addresses` has each endpoint's address as nginx takes it: with names it would not start while
    the name server is away.
    """
    routing = wanted.routing

    def servers(slot: Slot) -> list[str]:
        return [f"{addresses[each.address]}:{each.port}" for each in sorted(wanted.in_slot(slot))]

    def upstream(kind: str, slot: Slot | None) -> str:
        return f"{app}_{kind}_{slot}" if slot else ""

    upstreams = []
    for slot in Slot:
        if servers(slot):
            upstreams.append({"name": upstream("vip", slot), "servers": servers(slot), "backups": []})
        instead = servers(slot.other) if may_stand_in(routing, slot.other) else []
        if servers(slot) or instead:
            first, second = (servers(slot), instead) if servers(slot) else (instead, [])
            upstreams.append({"name": upstream("public", slot), "servers": first, "backups": second})
    there = {each["name"] for each in upstreams}

    def named(name: str) -> str:
        return name if name in there else '""'

    candidate = routing.candidate if routing.share != NONE else None
    stable = candidate if candidate and routing.share == ALL else routing.stable
    return template("nginx_app.conf.j2").render(
        app=app,
        variable=variable(app),
        upstreams=upstreams,
        split=bool(candidate) and routing.share != ALL,
        percent=percent(routing.share),
        salt=routing.salt,
        candidate=named(upstream("public", candidate)),
        stable=named(upstream("public", stable)),
        vip=named(upstream("vip", routing.candidate)),
        listen=bind(*balancer.state_ports[turn]),
        state=pieces(encoded(app, wanted)),
    )


def may_stand_in(routing: Routing, slot: Slot) -> bool:
    """Whether the public may be sent to a slot while the other one is down: zero means zero."""
    return slot is not routing.candidate or routing.share != NONE
