"""GitHub's part of the examination: against the playground's GitHub, and by script for what that one has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.config import Config
from shippy.doctor.github import github
from tests.doctor.configs import app_section, config_with
from tests.doctor.findings import missing, told, warnings
from tests.github.scripted import Reply, ScriptedServer, scripted_server
from tests.github.served import Served

NUMBERS = count(1)
BUDGET = {"resources": {"core": {"limit": 5000, "remaining": 4900, "used": 100, "reset": 0}}, "rate": {}}
HEAD = "a" * 40
NO_HEADERS: Mapping[str, str] = {}
# Statuses and check runs are asked for side by side.
NOTHING_REPORTED = (Reply(content={"statuses": [], "check_runs": []}),) * 2
BRANCH = {"name": "master", "commit": {"sha": HEAD}, "protected": False}


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    made = served.repository(f"doctor-{next(NUMBERS)}")
    yield made
    made.clear_faults()
    made.set_budget()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


def config(served: Served, hub: Hub, **app: Any) -> Config:
    apps = {"web": app_section(repository=hub.full_name, **app)}
    return config_with(github={"api_url": served.api_url, "token": served.token}, apps=apps)


def scripted(server: ScriptedServer, *replies: Reply) -> Config:
    """A config for whoever answers with the budget, and then with these replies."""
    server.replies = [*replies]
    return config_with(github={"api_url": f"{server.url}/api/v3", "token": "t0ken"})


def repository(**changed: Any) -> Reply:
    usual = {"full_name": "acme/web", "private": True, "archived": False, "permissions": {"push": True}}
    return Reply(content=usual | changed)


def budget(date: datetime | None = None, headers: Mapping[str, str] = NO_HEADERS) -> Reply:
    dated = {"Date": format_datetime(date, usegmt=True)} if date else {}
    return Reply(content=BUDGET, headers={**dated, **headers})


def test_a_token_that_may_do_what_is_needed(served: Served, hub: Hub) -> None:
    accepted, left, *found = told(github(config(served, hub)))
    assert accepted == "✓ GitHub accepts the token"
    assert left.endswith("of 5000 requests are left this hour")
    assert found == [
        f"✓ {hub.full_name} can be read, and merged into",
        f"✓ {hub.full_name} has the branch master",
        f"✓ the commit statuses of {hub.full_name} can be read",
    ]


def test_nothing_is_written(served: Served, hub: Hub) -> None:
    before = hub.calls()[-1]["number"]
    assert missing(github(config(served, hub))) == []
    asked = [call for call in hub.calls(before) if call["login"] == "shippy-bot"]
    assert asked
    assert {call["method"] for call in asked} == {"GET"}


def test_a_repository_that_is_not_there_is_named(served: Served, hub: Hub) -> None:
    gone = config_with(
        github={"api_url": served.api_url, "token": served.token},
        apps={"web": app_section(repository="acme/gone")},
    )
    assert missing(github(gone)) == ["there is no repository acme/gone, or this token may not see it: give it access"]
    assert hub.branches()


def test_a_main_branch_that_is_not_there_is_named(served: Served, hub: Hub) -> None:
    assert missing(github(config(served, hub, main="trunk"))) == [
        f"{hub.full_name} has no branch trunk: correct the app's `main`"
    ]


def test_statuses_that_cannot_be_read_are_named(served: Served, hub: Hub) -> None:
    hub.fault(Fault(Kind.ERROR, path="/status$", status=503))
    (found,) = missing(github(config(served, hub)))
    assert found.startswith(f"the commit statuses of {hub.full_name} cannot be read: it answers with an error of its")


def test_rules_of_the_branch_that_no_check_asks_for_are_warned_of(served: Served, hub: Hub) -> None:
    hub.protect("master", "ci/build", "security/scan", approvals=2)
    found = warnings(github(config(served, hub, checks={"statuses": ["ci/build"]})))
    assert [text.partition(", which")[0].partition("only with ")[2] for text in found] == [
        "security/scan",
        "2 approvals",
    ]


@pytest.mark.parametrize(("needed", "warned"), [(0, True), (1, False), (2, False)])
def test_approvals_that_shippy_asks_for_itself_are_not_warned_of(
    served: Served, hub: Hub, needed: int, warned: bool
) -> None:
    hub.protect("master", approvals=1)
    found = warnings(github(config(served, hub, checks={"approvals": {"needed": needed}})))
    assert any("only with 1 approval, which" in text for text in found) is warned


def test_who_may_push_is_asked_only_where_the_config_requires_it(served: Served, hub: Hub) -> None:
    asking = config_with(
        github={"api_url": served.api_url, "token": served.token},
        apps={"web": app_section(repository=hub.full_name)},
        people={"github": {"U1": "shippy-bot"}, "require_push": True},
    )
    assert told(github(asking))[-1] == f"✓ GitHub says who may push to {hub.full_name}, for `people.require_push`"
    hub.fault(Fault(Kind.ERROR, path="/permission$", status=503))
    assert missing(github(asking))[-1].startswith(f"GitHub does not say who may push to {hub.full_name}")
    assert missing(github(config(served, hub))) == []


def test_a_budget_that_is_nearly_spent_is_warned_of(served: Served, hub: Hub) -> None:
    hub.set_budget(limit=5000, used=4950)
    (found,) = warnings(github(config(served, hub)))
    assert found == "50 of 5000 requests are left this hour: who else uses this token?"


def test_a_github_that_does_not_answer_is_told_once(served: Served, hub: Hub) -> None:
    hub.fault(Fault(Kind.DOWN))
    assert told(github(config(served, hub))) == ["✗ GitHub cannot be used: the connection broke"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"archived": True}, "is archived"),
        ({"permissions": {"push": False}}, "give the token's owner the role Write"),
    ],
)
def test_a_repository_that_cannot_be_merged_into_is_named(
    server: ScriptedServer, content: dict[str, Any], why: str
) -> None:
    replies = (budget(), repository(**content), Reply(content=BRANCH), *NOTHING_REPORTED)
    (found,) = missing(github(scripted(server, *replies)))
    assert why in found


@pytest.mark.parametrize(
    ("scopes", "private", "enough"),
    [("repo, gist", True, True), ("public_repo", True, False), ("public_repo", False, True), ("", False, False)],
)
def test_a_classic_token_needs_its_scope(server: ScriptedServer, scopes: str, private: bool, enough: bool) -> None:
    accepted = budget(headers={"X-OAuth-Scopes": scopes})
    replies = (accepted, repository(private=private), Reply(content=BRANCH), *NOTHING_REPORTED)
    found = missing(github(scripted(server, *replies)))
    assert bool(found) is not enough
    assert all("give the token the scope" in text for text in found)


def test_a_clock_that_is_off_is_warned_of(server: ScriptedServer) -> None:
    late = budget(datetime.now(UTC) - timedelta(seconds=90))
    replies = (late, repository(), Reply(content=BRANCH), *NOTHING_REPORTED)
    (found,) = warnings(github(scripted(server, *replies)))
    assert found.startswith("GitHub's clock is ")
    assert "s behind this machine's" in found


def test_an_enterprise_without_limits_has_its_token_tried_otherwise(server: ScriptedServer) -> None:
    no_limits = Reply(404, {"message": "Rate limiting is not enabled."})
    replies = (no_limits, Reply(content={}), repository(), Reply(content=BRANCH), *NOTHING_REPORTED)
    assert missing(github(scripted(server, *replies))) == []
    assert server.asked[:2] == ["GET /api/v3/rate_limit", "GET /api/v3/meta"]


def test_an_app_is_asked_for_its_permissions(server: ScriptedServer) -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    server.replies = [
        Reply(201, {"token": "ghs_1", "expires_at": later, "permissions": {}}),
        budget(),
        Reply(content={"id": 2, "permissions": {"contents": "read", "statuses": "read", "metadata": "read"}}),
        repository(permissions={"push": False}),
        Reply(content=BRANCH),
        *NOTHING_REPORTED,
    ]
    app = {"id": 1, "installation": 2, "private_key": pem}
    assert missing(github(config_with(github={"api_url": f"{server.url}/api/v3", "app": app}))) == [
        "the app lacks the permission contents: write, to merge: grant it in the app's settings",
        "the app lacks the permission pull_requests: write, to merge pull requests: grant it in the app's settings",
        "the app lacks the permission checks: read, to see check runs, such as those of GitHub Actions: grant it in "
        "the app's settings",
    ]
    assert "GET /api/v3/app/installations/2" in server.asked
