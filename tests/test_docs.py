"""The documents lead where they say, and name every command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shippy.commands.table import VERBS

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """Those that GitHub gives to headings: small letters, hyphens for spaces, and no punctuation."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(document.read_text())
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for path, anchor in LINK.findall(document.read_text()):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_is_in_the_list_of_commands(verb: str) -> None:
    told = (ROOT / "docs" / "commands.md").read_text()
    assert re.search(rf"`{re.escape(verb)}[` ]", told)
