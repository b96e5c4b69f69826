"""What a rescue can do without."""

from __future__ import annotations

UNUSED = frozenset({"chat", "github", "people", "nags", "webhook", "metrics"})


def needless(path: str) -> bool:
    """Whether the secrets at a key path of the config may be missing: in a shell they often are."""
    return path.partition(".")[0] in UNUSED or ".container." in path or path.endswith(".traffic.link_key")
