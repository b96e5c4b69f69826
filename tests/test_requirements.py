"""What is installed is what pyproject.toml asks for, each in one version, and from the package registry alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"([A-Za-z0-9._-]+)==[A-Za-z0-9._+!-]+")
EXTRAS = {"requirements.txt": (), "requirements-dev.txt": ("playground", "dev")}


def wanted(extras: tuple[str, ...]) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    return {normal(re.match(r"[A-Za-z0-9._-]+", each)[0]) for each in asked}  # type: ignore[index] # each begins so


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("file", EXTRAS)
def test_whatever_is_installed_is_pinned_to_a_version_and_to_no_place(file: str) -> None:
    lines = [line for line in (ROOT / file).read_text().splitlines() if line and line[0] not in "# "]
    pins = [PINNED.fullmatch(line) for line in lines]
    assert [line for line, pin in zip(lines, pins, strict=True) if pin is None] == []
    assert wanted(EXTRAS[file]) <= {normal(pin[1]) for pin in pins if pin}
