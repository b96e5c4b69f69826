"""The files that a HAProxy starts with: an app's servers and its map entry, so that a restart changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shippy.backend.haproxy.config import backends_config
from shippy.backend.haproxy.state import map_entry
from shippy.backend.lasting import Shelf, replace
from shippy.config.schema import App
from shippy.model import Endpoint, Routing, Slot, Traffic

Endpoints = Mapping[Slot, frozenset[Endpoint]]
NEW = Traffic(Routing(Slot.BLUE))


class Files:
    """An app's two files in a balancer's `files`: "<app>.cfg" with the backends, "<app>.map" with the entry.

    Args:
        name: the balancer's name, for errors.
    """

    def __init__(self, app_name: str, app: App, folder: Path, name: str) -> None:
        self._app_name = app_name
        self._app = app
        self._folder = folder
        self._shelf = Shelf(name)
        self._rendered: tuple[Endpoints, str] | None = None

    def write(self, wanted: Traffic) -> None:
        """Have HAProxy start with this from now on; on disk when it returns.

        Raises:
            Unavailable: the folder cannot be written to.
        """
        self._shelf.put(self._contents(wanted))

    def install(self) -> list[Path]:
        """Write the files of an app that has no containers yet, unless they are there; returns those written.

        Raises:
            OSError: the folder cannot be written to.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        missing = {path: text for path, text in self._contents(NEW).items() if not path.exists()}
        for path, text in missing.items():
            replace(path, text)
        return list(missing)

    def _contents(self, wanted: Traffic) -> dict[Path, str]:
        entry = f"{self._app_name} {map_entry(wanted.routing)}\n"
        return {
            self._folder / f"{self._app_name}.cfg": self._backends(wanted),
            self._folder / f"{self._app_name}.map": entry,
        }

    def _backends(self, wanted: Traffic) -> str:
        """Rendered once for the same endpoints: a change of share leaves them as they are."""
        if self._rendered is None or self._rendered[0] != wanted.endpoints:
            self._rendered = wanted.endpoints, backends_config(self._app_name, self._app, wanted)
        return self._rendered[1]


def install_files(app_name: str, app: App) -> list[Path]:
    """Write what the app's balancers need for their first start, where shippy can reach their disks.

    Files that are there stay as they are. Returns the files written.

    Raises:
        OSError: a folder cannot be written to.
    """
    folders = {balancer.files: balancer.name for balancer in app.haproxies if balancer.files}
    return [path for folder, name in folders.items() for path in Files(app_name, app, folder, name).install()]
