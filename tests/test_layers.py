"""The tree keeps to its layers (docs/design.md, "Layers"), and the checker that says so would see if it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layers import LIBRARIES, MAY_IMPORT, WIRES_EVERYTHING, modules_in, part_of, violations

ROOT = Path(__file__).parents[1]


def test_imports_point_down_only() -> None:
    assert violations(modules_in(ROOT)) == []


def test_every_part_of_shippy_has_its_layer() -> None:
    parts = {part_of(module.name) for module in modules_in(ROOT) if module.top == "shippy"} - {"shippy"}
    assert parts - WIRES_EVERYTHING == set(MAY_IMPORT)


def test_the_layers_themselves_point_down_only() -> None:
    below: set[str] = set()
    for part, may_import in MAY_IMPORT.items():
        assert may_import <= below, part
        below.add(part)


MADE_UP = {
    "ship.py": "import click\nfrom shippy.app import wire\nfrom shippy.backend.docker.fleet import Fleet\n",
    "shippy/__init__.py": "__version__ = '1'\n",
    "shippy/app.py": "from shippy.chat import slack\nfrom shippy.deploys import phases\n",
    "shippy/model.py": "from dataclasses import dataclass\n",
    "shippy/errors.py": "from shippy.model import Share\n",
    "shippy/ports.py": "from shippy.errors import Refused\nfrom shippy.model import Share\n",
    "shippy/chat/__init__.py": "",
    "shippy/chat/slack.py": "import gevent\nfrom slack_sdk import WebClient\nfrom shippy import __version__\n",
    "shippy/backend/__init__.py": "",
    "shippy/backend/docker/fleet.py": "import docker\nfrom shippy.ports import Fleet\n",
    "shippy/deploys/__init__.py": "",
    "shippy/deploys/phases.py": "from shippy.model import Share\n",
    "playground/__init__.py": "",
    "playground/world.py": "import aiohttp\n",
    "tests/__init__.py": "",
    "tests/test_it.py": "import pytest\nfrom shippy.deploys import phases\nfrom playground.world import World\n",
}


def tree_with(folder: Path, changed: str = "", content: str = "") -> Path:
    for name, text in {**MADE_UP, **({changed: content} if changed else {})}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def test_a_tree_that_keeps_to_the_rule_has_no_violations(tmp_path: Path) -> None:
    assert violations(modules_in(tree_with(tmp_path))) == []


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("shippy/model.py", "from shippy.errors import Refused", "model imports errors"),
        ("shippy/deploys/phases.py", "from shippy.app import wire", "deploys imports app"),
        ("shippy/deploys/phases.py", "from shippy.chat.slack import Slack", "deploys imports chat"),
        ("shippy/deploys/phases.py", "from shippy import chat", "deploys imports chat"),
        ("shippy/deploys/phases.py", "import shippy.backend.docker.fleet", "deploys imports backend"),
        ("shippy/chat/slack.py", "from shippy.backend.docker.fleet import Fleet", "chat imports backend"),
        ("shippy/chat/slack.py", "from shippy.deploys import phases", "chat imports deploys"),
        ("shippy/chat/slack.py", "import docker.errors", "chat imports the library docker"),
        ("shippy/deploys/phases.py", "from slack_sdk import WebClient", "deploys imports the library slack_sdk"),
        ("shippy/ports.py", "import numpy as np", "ports imports the library numpy"),
        ("shippy/backend/docker/fleet.py", "from playground.world import World", "shippy imports playground"),
        ("ship.py", "from tests import test_it", "shippy imports tests"),
        ("playground/world.py", "from shippy.model import Share", "the playground imports shippy"),
        ("playground/world.py", "import tests.test_it", "the playground imports tests"),
        ("shippy/chat/slack.py", "from .markup import escape", "imports .markup by a relative name"),
        ("shippy/metrics.py", "from shippy.model import Share", "metrics has no layer yet"),
    ],
)
def test_an_import_that_breaks_the_rule_is_named(tmp_path: Path, file: str, content: str, why: str) -> None:
    found = violations(modules_in(tree_with(tmp_path, file, content)))
    assert found[0] == f"{file}:1: {why}"
    assert all(other.startswith("a cycle: ") for other in found[1:])


@pytest.mark.parametrize(
    "content",
    [
        "def slack():\n    import slack_sdk\n",
        "class Slack:\n    import slack_sdk\n",
        "if TYPE_CHECKING:\n    import slack_sdk\n",
        "try:\n    import slack_sdk\nexcept ImportError:\n    slack_sdk = None\n",
    ],
)
def test_an_import_below_the_top_of_its_module_is_named(tmp_path: Path, content: str) -> None:
    tree = tree_with(tmp_path, "shippy/chat/slack.py", content)
    assert violations(modules_in(tree)) == [
        "shippy/chat/slack.py:2: imports slack_sdk below the top of the module",
    ]


def test_imports_that_lead_back_are_named(tmp_path: Path) -> None:
    tree_with(tmp_path, "shippy/chat/markup.py", "from shippy.chat import slack\n")
    tree = tree_with(tmp_path, "shippy/chat/slack.py", "from shippy.chat.markup import escape\n")
    (found,) = violations(modules_in(tree))
    assert found.startswith("a cycle: shippy.chat.")
    assert "shippy.chat.markup imports shippy.chat.slack" in found


def test_every_library_belongs_to_a_part_that_there_is() -> None:
    for library, parts in LIBRARIES.items():
        assert parts <= set(MAY_IMPORT) | WIRES_EVERYTHING, library
