"""What of deploys GitHub is to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from shippy.config import Config
from shippy.errors import ConfigInvalid
from tests.config.test_loading import RIGHT, loaded

ONE_EACH = "an environment of its own (github_deployments) for each app of a repository"
TWICE = f"{ONE_EACH}, but production is there more than once"


def with_section(folder: Path, *sections: str) -> Config:
    """An app for each section, all of one repository."""
    head, _, app = RIGHT.partition("  web:\n")
    apps = [f"  web{number}:\n    github_deployments: {section}\n{app}" for number, section in enumerate(sections)]
    return loaded(folder / "shippy.yml", head + "".join(apps))


def problems(folder: Path, *sections: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigInvalid) as invalid:
        with_section(folder, *sections)
    return [(problem.path, problem.expected) for problem in invalid.value.problems]


def test_nothing_is_shown_unless_the_config_says_so(tmp_path: Path) -> None:
    assert loaded(tmp_path / "shippy.yml", RIGHT).apps["web"].github_deployments is None
    assert with_section(tmp_path, "null").apps["web0"].github_deployments is None


def test_an_empty_section_shows_both_parts_for_production(tmp_path: Path) -> None:
    section = with_section(tmp_path, "{}").apps["web0"].github_deployments
    assert section is not None
    assert (section.environment, section.comment) == ("production", True)


def test_each_app_of_a_repository_has_an_environment_of_its_own(tmp_path: Path) -> None:
    assert problems(tmp_path, "{}", "{}") == [("apps", TWICE)]
    with_section(tmp_path, "{}", "{environment: admin}", "null")


def test_what_is_not_a_section_is_named(tmp_path: Path) -> None:
    path = "apps.web0.github_deployments"
    assert problems(tmp_path, "{environment: ''}") == [(f"{path}.environment", "a text that is not empty")]
    assert problems(tmp_path, "{coment: true}") == [(f"{path}.coment", "another key; did you mean comment?")]
