"""Which rules of the config a change touches, by the paths of its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from shippy.config.reviewing import PathRule
from shippy.model import ChangedFiles

MANY_PATTERNS = 1000


@dataclass(frozen=True, slots=True)
class Touched:
    """A rule that a change touches, and by which files, in their order.

    Without files, it may: the change is so big that not all of its files are told.
    """

    name: str
    rule: PathRule
    files: tuple[str, ...]


def touched(rules: Mapping[str, PathRule], changed: ChangedFiles) -> tuple[Touched, ...]:
    """The rules that a change touches, in the config's order; where not all files are told, those that it may touch."""
    found = (Touched(name, rule, _fitting(rule.files, changed.paths)) for name, rule in rules.items())
    return tuple(one for one in found if one.files or not changed.complete)


def fits(pattern: str, path: str) -> bool:
    """Whether a path is one of a pattern.

    `*` and `?` stand for anything but a slash, and `**` for any number of folders, or for all below one; so does a
    slash at the end. A pattern without a slash is that of a file's name, in whichever folder.
    """
    return _compiled(pattern).fullmatch(path) is not None


def _fitting(patterns: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    patterns = tuple(patterns)
    return tuple(sorted(path for path in paths if any(fits(pattern, path) for pattern in patterns)))


@lru_cache(maxsize=MANY_PATTERNS)
def _compiled(pattern: str) -> re.Pattern[str]:
    whole = f"{pattern}**" if pattern.endswith("/") else pattern if "/" in pattern else f"**/{pattern}"
    tokens = re.split(r"(\*\*/|\*\*|\*|\?)", whole)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(token, re.escape(token)) for token in tokens), re.DOTALL)
