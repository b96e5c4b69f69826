"""A registry without TLS, which engines take as insecure by the network it is in."""

from __future__ import annotations

from playground.machine.packages import REGISTRY
from playground.machine.probes import http_answers
from playground.machine.process import Process
from playground.machine.world import Place

READY_SECONDS = 20.0

CONFIG = """\
version: 0.1
log: {{level: warn}}
storage: {{filesystem: {{rootdirectory: "{folder}/data"}}, delete: {{enabled: true}}}}
http: {{addr: "{address}"}}
"""


class Registry:
    """A Docker registry; `address` (host:port) is the first part of the names of its images."""

    def __init__(self, place: Place, port: int = 5000) -> None:
        self.place = place
        self.port = port
        self.address = f"{place.address}:{port}"
        self._process: Process | None = None

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            ProcessFailed: it could not start; with the last lines of its log.
        """
        config = self.place.folder / "registry.yml"
        config.write_text(CONFIG.format(folder=self.place.folder, address=self.address))
        program = REGISTRY.found() or REGISTRY.names[0]
        # An empty environment, because REGISTRY_ and OTEL_ variables would be settings.
        self._process = self.place.start("registry", [program, "serve", config], env={})
        self._process.wait_until(self._answers, READY_SECONDS)

    def stop(self) -> None:
        """End it; its images are kept. May be called again."""
        if self._process:
            self._process.stop()

    def freeze(self) -> None:
        """It stops answering, its socket stays open."""
        if self._process:
            self._process.freeze()

    def thaw(self) -> None:
        if self._process:
            self._process.thaw()

    def _answers(self) -> bool:
        return http_answers((self.place.address, self.port), "/v2/")
