"""The root of the tree."""

from __future__ import annotations


class ShippyError(Exception):
    """An expected failure. `str()` of it names the type and its fields, for logs."""

    def __str__(self) -> str:
        return repr(self)
