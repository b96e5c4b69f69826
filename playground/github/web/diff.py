"""Takes a unified diff apart, so that a page can show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@.*")
KINDS = {"+": "added", "-": "removed", " ": "same", "\\": "note"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `kind` is added, removed, same, note or hunk. A line has no number on a side where it is not."""

    kind: str
    text: str
    old: int | None = None
    new: int | None = None


@dataclass(slots=True)
class FileDiff:
    path: str
    lines: list[Line] = field(default_factory=list)


def parse(patch: str, most_lines: int) -> list[FileDiff]:
    """The files of a patch as `git diff` prints it, up to so many lines of it."""
    files: list[FileDiff] = []
    old = new = 0
    inside = False
    for text in patch.split("\n")[:most_lines]:
        hunk = HUNK.fullmatch(text)
        if text.startswith("diff --git "):
            files.append(FileDiff(text.rpartition(" b/")[2]))
            inside = False
        elif hunk and files:
            old, new, inside = int(hunk[1]), int(hunk[2]), True
            files[-1].lines.append(Line("hunk", text))
        elif inside and text[:1] in KINDS:
            kind = KINDS[text[0]]
            in_old, in_new = kind in {"removed", "same"}, kind in {"added", "same"}
            files[-1].lines.append(Line(kind, text[1:], old if in_old else None, new if in_new else None))
            old, new = old + in_old, new + in_new
        elif files and text.startswith("Binary files "):
            files[-1].lines.append(Line("note", text))
    return files
