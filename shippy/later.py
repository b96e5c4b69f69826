"""Modules that are loaded once something in them is used, and not when they are imported.

So what most daemons never need is kept out of their memory where it cannot be left out: PyGithub imports what signs the
tokens of GitHub Apps, and with it a whole library of cryptography (10 MB).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


class Later(MetaPathFinder):
    """Finds these modules as the ordinary way does, and has them loaded at the first use.

    Only for modules that one place imports, as a whole (`import jwt`): the second import of one is a use.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self._names else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_later(*names: str) -> None:
    """From now on; what is imported already stays as it is."""
    sys.meta_path.insert(0, Later(names))
