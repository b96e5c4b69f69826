"""How far a pull has come, from the lines that an engine writes while it pulls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Layer:
    """Bytes of one layer: each is downloaded, then extracted. `size` is unknown until its download has begun."""

    size: int | None = None
    downloaded: int = 0
    extracted: int = 0

    @property
    def done(self) -> float:
        """The part of its work that is done, 0 to 1."""
        return (self.downloaded + self.extracted) / (2 * self.size) if self.size else 0.0

    def finish(self) -> None:
        self.size = self.downloaded = self.extracted = self.size or 1


class PullProgress:
    """The percentage of a pull, which never goes back.

    Fed with the decoded JSON lines of `POST /images/create` ("status", "id", and "progressDetail" with "current" and
    "total" in bytes). A layer that waits has not told its size: it is taken for as large as the known ones are on
    average. A layer that the host has already is no work.
    """

    def __init__(self) -> None:
        self.percent = 0
        self._layers: dict[str, Layer] = {}

    def feed(self, line: Mapping[str, Any]) -> int:
        """Take in one line, and return the percentage."""
        status, name = line.get("status"), line.get("id", "")
        if status == "Pulling fs layer":
            self._layers[name] = Layer()
        elif layer := self._layers.get(name):
            advance(layer, status, line.get("progressDetail") or {})
        self.percent = max(self.percent, int(self._done() * 100))
        return self.percent

    def _done(self) -> float:
        layers = self._layers.values()
        if not layers:
            return 0.0
        sizes = [layer.size for layer in layers if layer.size]
        typical = sum(sizes) / len(sizes) if sizes else 1.0
        work = sum(layer.size or typical for layer in layers)
        return sum(layer.done * (layer.size or typical) for layer in layers) / work


def advance(layer: Layer, status: str | None, detail: Mapping[str, Any]) -> None:
    """Note what one line says of one layer."""
    current, total = detail.get("current", 0), detail.get("total")
    if status == "Downloading" and total:
        layer.size, layer.downloaded = total, min(current, total)
    elif status == "Download complete" and layer.size:
        layer.downloaded = layer.size
    # An engine on containerd's store counts the seconds of extracting and gives no total: nothing to learn from it.
    elif status == "Extracting" and total:
        layer.size, layer.downloaded, layer.extracted = total, total, min(current, total)
    elif status == "Pull complete":
        layer.finish()
