"""Slack's part of the examination, against the playground's workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.slack import seed as seeds
from playground.slack.process import Running, Workspaces
from shippy.config import Config
from shippy.doctor import slack
from shippy.doctor.findings import Mark
from shippy.doctor.manifest import SCOPES
from tests.doctor.configs import config_with
from tests.doctor.findings import missing, told, warnings

CLASSIC = "xoxb-playground-classic"
BARE = "xoxb-playground-bare"
UNCONNECTED = "xapp-playground-unconnected"


@pytest.fixture(scope="module")
def world(workspaces: Workspaces, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The usual workspace, with more tokens, and somebody who has left it."""
    grants = seeds.load().grants
    tokens: list[dict[str, Any]] = [
        {"token": each.token, "kind": each.kind, "user": each.user, "scopes": sorted(each.scopes)} for each in grants
    ]
    bot, app = tokens
    tokens += [
        {**bot, "token": CLASSIC, "scopes": ["bot", *bot["scopes"]]},
        {**bot, "token": BARE, "scopes": ["chat:write"]},
        {**app, "token": UNCONNECTED, "scopes": []},
    ]
    seed: dict[str, Any] = json.loads(Path(seeds.__file__).with_name("seed.json").read_text())
    leaver = {"id": "U0LEFT0001", "name": "lou", "real_name": "Lou", "colour": "#000000", "deleted": True}
    file = tmp_path_factory.mktemp("slack") / "seed.json"
    file.write_text(json.dumps({"tokens": tokens, "users": [*seed["users"], leaver]}))
    with workspaces.new(file) as workspace:
        yield workspace


def config(world: Running, *, transport: str = "socket_mode", people: Any = None, **chat: Any) -> Config:
    usual = {
        "transport": transport,
        "bot_token": world.bot_token,
        "app_token": world.app_token,
        "api_url": world.api_url,
        "channels": ["#deploys"],
    }
    return config_with(chat=usual | chat, people=people or {})


def test_a_bot_that_has_all_it_needs(world: Running) -> None:
    assert told(slack.bot(config(world), world.bot_token)) == [
        "✓ Slack accepts chat.bot_token: it is @shippy in the workspace T0PLAYGRND",
        f"✓ the bot has all {len(SCOPES)} scopes of the manifest",
        "✓ the bot is in #deploys",
    ]


@pytest.mark.parametrize(
    ("token", "kind"),
    [("xapp-1-A1-secret", "an app-level one"), ("xoxp-secret", "a person's"), ("secret", "none that Slack gives out")],
)
def test_a_bot_token_of_another_kind_is_named_and_not_shown(world: Running, token: str, kind: str) -> None:
    (found,) = missing(slack.bot(config(world), token))
    assert found.startswith(f"chat.bot_token is {kind}, not a bot's, which starts with xoxb-: ")
    assert "secret" not in found


def test_an_app_token_of_another_kind_is_named(world: Running) -> None:
    (found,) = missing(slack.socket_mode(config(world), world.bot_token))
    assert found.startswith("chat.app_token is a bot's, not an app-level one, which starts with xapp-: ")
    assert world.bot_token not in found


def test_every_scope_that_is_missing_has_its_purpose_and_the_manifest_is_the_hint(world: Running) -> None:
    found = [each for each in slack.bot(config(world), BARE) if "lacks the scope" in each.text]
    assert {each.text.split(",")[0].removeprefix("the bot lacks the scope ") for each in found} == (
        SCOPES.keys() - {"chat:write"}
    )
    assert all(SCOPES[each.text.split(",")[0].rpartition(" ")[2]] in each.text for each in found)
    assert {each.hint for each in found} == {slack.PASTE}


def test_without_the_scope_the_channels_cannot_be_told(world: Running) -> None:
    *_, found = missing(slack.bot(config(world), BARE))
    assert found.startswith("the channels that the bot is in cannot be listed: users.conversations: missing_scope")


def test_a_classic_apps_bot_is_not_held_to_the_manifest(world: Running) -> None:
    assert "✓ the bot is a classic app's, which has no scopes of its own" in told(slack.bot(config(world), CLASSIC))


def test_channels_may_be_named_by_id_and_without_the_number_sign(world: Running) -> None:
    named = config(world, channels=["C0DEPLOYS1", "deploys", "C0GENERAL1"])
    assert told(slack.bot(named, world.bot_token))[2:] == [
        "✓ the bot is in C0DEPLOYS1",
        "✓ the bot is in deploys",
        "✗ the bot is not in C0GENERAL1: type `/invite` with its name there",
    ]


def test_the_channels_of_a_right_are_looked_for_too(world: Running) -> None:
    named = config(world, people={"override": {"channels": ["#general"]}})
    (found,) = missing(slack.bot(named, world.bot_token))
    assert found.startswith("the bot is not in #general")


def test_people_who_are_not_there_are_named(world: Running) -> None:
    people = {
        "ship": {"users": ["U0DANA0001", "U0NOBODY"], "usergroups": ["S0DEPLOYER", "S0NONE"]},
        "override": {"users": ["U0LEFT0001"]},
        "github": {"U0GONE": "gone"},
    }
    assert missing(slack.bot(config(world, people=people), world.bot_token)) == [
        "there is no U0GONE in the workspace, or the account is closed: correct `people`",
        "there is no U0LEFT0001 in the workspace, or the account is closed: correct `people`",
        "there is no U0NOBODY in the workspace, or the account is closed: correct `people`",
        "there is no user group S0NONE in the workspace, or it is disabled: correct `people`",
    ]


def test_people_who_are_there_are_counted(world: Running) -> None:
    people = {"ship": {"users": ["U0DANA0001"], "usergroups": ["S0DEPLOYER"]}, "github": {"U0KIM00001": "kim"}}
    *_, found = told(slack.bot(config(world, people=people), world.bot_token))
    assert found == "✓ everybody in `people` is in the workspace: users 2, user groups 1"


def test_socket_mode_connections_are_opened(world: Running) -> None:
    assert told(slack.socket_mode(config(world), world.app_token)) == [
        "✓ Slack accepts chat.app_token, and opens Socket Mode connections for it"
    ]


def test_an_app_token_without_its_scope_is_named(world: Running) -> None:
    (found,) = missing(slack.socket_mode(config(world), UNCONNECTED))
    assert "missing_scope" in found
    assert "with the scope connections:write" in found


def test_rtm_works_and_its_end_is_told(world: Running) -> None:
    found = list(slack.rtm(config(world, transport="rtm"), world.bot_token))
    assert [each.mark for each in found] == [Mark.OK, Mark.WARNING]
    assert "only works for classic apps" in found[1].text


def test_rtm_that_is_refused_names_the_way_out(world: Running) -> None:
    (found,) = missing(slack.rtm(config(world, transport="rtm"), BARE))
    assert found.endswith("only a classic app's bot may use RTM; with any other app, set chat.transport to socket_mode")


def test_a_slack_that_is_down_is_told_once(world: Running) -> None:
    world.workspace.fault(down=True)
    try:
        found = told(slack.bot(config(world), world.bot_token))
    finally:
        world.workspace.fault(down=False)
    assert len(found) == 1
    assert found[0].startswith("✗ chat.bot_token cannot be used: auth.test: ")


def test_nothing_is_said_in_the_workspace(world: Running) -> None:
    before = world.workspace.messages(None)
    people = {"ship": {"usergroups": ["S0DEPLOYER"]}}
    assert warnings(slack.bot(config(world, people=people), world.bot_token)) == []
    assert world.workspace.messages(None) == before
    assert world.workspace.connections()["sockets"] == []
