"""Who people are in Slack, asked as little as possible, and never taken for more than Slack says."""

from __future__ import annotations

import json
import logging

import pytest

from playground.slack.process import Running
from shippy.chat.directory import Profile, SlackDirectory
from shippy.chat.slack import SlackApi, SlackRefused
from shippy.errors import Unavailable
from tests.chat.answering import answering, http

DANA, GUEST, SHIPPY = "U0DANA0001", "U0GUEST001", "U0SHIPPY01"


def profile_of(**user: object) -> Profile:
    """What comes of a user object, for a bot in the workspace T1."""
    answer = {"ok": True, "team_id": "T1", "user": {"id": "U1", "team_id": "T1", "name": "mia", **user}}
    with answering(http("200 OK", json.dumps(answer))) as api:
        return SlackDirectory(api).profile("U1")


def test_members_guests_and_bots_are_told_apart(api: SlackApi) -> None:
    directory = SlackDirectory(api)
    assert directory.profile(DANA) == Profile(guest=False, bot=False, name="dana", email="dana@example.com")
    assert directory.profile(GUEST).guest
    assert directory.profile(SHIPPY).bot


@pytest.mark.parametrize(
    "user",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"deleted": True},
        {"team_id": "T2"},
        {"team_id": "T2", "enterprise_user": {"teams": ["T2", "T3"]}},
        {"team_id": None},
    ],
)
def test_whoever_is_no_full_member_of_this_workspace_is_a_guest(user: dict[str, object]) -> None:
    assert profile_of(**user).guest


def test_a_member_who_came_from_another_workspace_of_the_organisation_is_no_guest() -> None:
    assert not profile_of().guest
    assert not profile_of(team_id="T2", enterprise_user={"teams": ["T2", "T1"]}).guest


def test_a_user_who_is_not_told_is_no_member(api: SlackApi) -> None:
    with pytest.raises(Unavailable):
        SlackDirectory(api).profile("U0NOBODY01")


def test_all_that_is_wanted_of_somebody_is_asked_for_once_and_again_after_a_while(
    world: Running, api: SlackApi
) -> None:
    times = [0.0]
    directory = SlackDirectory(api, now=lambda: times[0])
    before = len(world.workspace.calls("users.info"))
    for seconds in (0, 299, 301):
        times[0] = seconds
        assert (directory.name(DANA), directory.email(DANA)) == ("dana", "dana@example.com")
        assert not directory.profile(DANA).guest
    assert len(world.workspace.calls("users.info")) == before + 2


def test_somebody_is_found_by_an_address_and_nobody_is_remembered_too(world: Running, api: SlackApi) -> None:
    directory = SlackDirectory(api)
    before = len(world.workspace.calls("users.lookupByEmail"))
    assert [directory.person_with(email) for email in ("dana@example.com", "Dana@Example.com")] == [DANA, DANA]
    assert [directory.person_with("nobody@example.com") for _ in range(2)] == [None, None]
    assert len(world.workspace.calls("users.lookupByEmail")) == before + 2


def test_a_group_and_a_channel_have_names(api: SlackApi) -> None:
    directory = SlackDirectory(api)
    assert (directory.group_name("S0DEPLOYER"), directory.channel_name("C0DEPLOYS1")) == ("@deployers", "#deploys")
    assert (directory.group_name("S0NOBODY"), directory.channel_name("C0NOWHERE1")) == ("S0NOBODY", "C0NOWHERE1")
    assert directory.channel_name("#deploys") == "#deploys"


def test_a_channel_is_found_by_its_name(api: SlackApi) -> None:
    directory = SlackDirectory(api)
    assert [directory.channel(name) for name in ("#deploys", "deploys", "C0DEPLOYS1")] == ["C0DEPLOYS1"] * 3
    with pytest.raises(SlackRefused, match="there is no channel #nowhere"):
        directory.channel("#nowhere")


def test_a_slack_that_does_not_answer_leaves_ids_and_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with answering(http("503 Service Unavailable", "")) as api, caplog.at_level(logging.WARNING):
        directory = SlackDirectory(api)
        assert (directory.name("U1"), directory.group_name("S1"), directory.channel_name("C012345")) == (
            *("U1", "S1"),
            "C012345",
        )
        assert (directory.email("U1"), directory.person_with("mia@example.com")) == (None, None)
        for ask in (directory.profile, directory.members, directory.channel):
            with pytest.raises(Unavailable):
                ask("#x")
    assert len(caplog.records) == 5


def test_names_are_asked_for_once_and_a_user_who_is_not_known_is_called_by_the_id(
    world: Running, api: SlackApi
) -> None:
    directory = SlackDirectory(api)
    before = len(world.workspace.calls("users.info"))
    assert [directory.name("U0DANA0001") for _ in range(3)] == ["dana"] * 3
    assert len(world.workspace.calls("users.info")) == before + 1
    assert directory.name("U0NOBODY") == "U0NOBODY"


def test_a_slack_that_does_not_answer_is_not_asked_what_somebody_was_called_within_the_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    times = [0.0]
    answer = {"ok": True, "team_id": "T1", "user": {"id": "U1", "team_id": "T1", "name": "mia"}}
    with answering(http("200 OK", json.dumps(answer))) as api:
        directory = SlackDirectory(api, now=lambda: times[0])
        assert directory.name("U1") == "mia"
    times[0] = 3899.0
    assert (directory.name("U1"), caplog.records) == ("mia", [])
    times[0] = 3901.0
    assert directory.name("U1") == "U1"


def test_members_are_those_of_at_most_a_minute_ago(world: Running, api: SlackApi) -> None:
    times = [0.0]
    directory = SlackDirectory(api, now=lambda: times[0])
    before = len(world.workspace.calls("usergroups.users.list"))
    for seconds in (0, 59, 61):
        times[0] = seconds
        assert directory.members("S0DEPLOYER") == {"U0DANA0001", "U0KIM00001"}
    assert len(world.workspace.calls("usergroups.users.list")) == before + 2


def test_members_of_a_group_that_is_none_cannot_be_told(api: SlackApi) -> None:
    with pytest.raises(Unavailable):
        SlackDirectory(api).members("S0NOBODY")
