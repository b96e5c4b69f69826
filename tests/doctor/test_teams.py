"""What the examination says of the teams whose people have to approve something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from playground.github.client import Hub
from shippy.config import Config
from shippy.doctor.github import github
from tests.doctor.configs import app_section, config_with
from tests.doctor.findings import missing, told
from tests.github.served import Served


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository("approved")
    yield hub
    hub.clear_faults()


def asking(served: Served, hub: Hub, team: str) -> Config:
    paths = {"database": {"files": ["migrations/"], "approved_by": [team]}}
    app = app_section(repository=hub.full_name, checks={"approvals": {"needed": 1, "by": [team]}, "paths": paths})
    return config_with(github={"api_url": served.api_url, "token": served.token}, apps={"web": app})


def test_a_team_that_can_be_read_is_told_once_with_its_size(served: Served, hub: Hub) -> None:
    hub.add_person("mia", "Mia", "mia@example.com")
    hub.make_team("acme/dba", "mia")
    found = told(github(asking(served, hub, "acme/dba")))
    assert [line for line in found if "acme/dba" in line] == ["✓ the members of the team acme/dba can be read: 1"]


def test_a_team_that_is_not_there_is_named_before_anybody_ships(served: Served, hub: Hub) -> None:
    (found,) = missing(github(asking(served, hub, "acme/typo")))
    assert found.startswith("who is in the team acme/typo cannot be read: ")
    assert found.endswith("Give the token the scope read:org, or the organization's permission Members (read)")


def test_a_team_of_nobody_is_warned_of(served: Served, hub: Hub) -> None:
    hub.make_team("acme/empty")
    assert any("nobody is in the team acme/empty" in line for line in told(github(asking(served, hub, "acme/empty"))))
