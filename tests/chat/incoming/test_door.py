"""Commands are taken where the config says, from colleagues, and never from the bot itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import gevent
import pytest
from gevent.event import Event as Flag

from shippy.chat.directory import Profile
from shippy.chat.incoming.door import KNOWN_SECONDS, Door, Room
from shippy.chat.incoming.inbound import Inbound, Message, Pressed, Slash
from shippy.chat.slack import Identity, SlackRefused
from shippy.errors import Unavailable

ROOM = Room("shippy", Identity("U0BOT", "shippy", "T1"), ("C1", "C2"))
COLLEAGUE = Profile(guest=False, bot=False)


def typed(text: str = "shippy status", channel: str = "C1", user: str = "U1") -> Message:
    return Message(channel, user, text, "1.1", direct=channel.startswith("D"))


def pressed(channel: str = "C1", user: str = "U1") -> Pressed:
    return Pressed("key", user, channel, 1.0, "rollout 25", "d1", "1.1")


def slash(text: str = "status", channel: str = "C1", user: str = "U1") -> Slash:
    return Slash("key", user, channel, 1.0, text)


@dataclass
class Workspace:
    """Who is what, and where; `gone` is what is raised instead, and who SLOW is takes until `told` to be told."""

    profiles: Mapping[str, Profile]
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gone: Unavailable | None = None
    told: Flag = field(default_factory=Flag)

    def profile(self, user: str) -> Profile:
        if user == "SLOW":
            self.told.wait(5)
        if self.gone:
            raise self.gone
        return self.profiles[user]

    def of(self, channel: str) -> frozenset[str]:
        if self.gone:
            raise self.gone
        return self.members.get(channel, frozenset())


def door(workspace: Workspace, time: list[float] | None = None) -> Door:
    now = time or [0.0]
    return Door(ROOM, workspace, workspace, now=lambda: now[0])


@pytest.mark.parametrize(
    ("inbound", "command"),
    [
        (typed(), "status"),
        (typed(channel="C2"), "status"),
        (typed("<@U0BOT> status"), "status"),
        (typed("good morning"), None),
        (typed(channel="C3"), None),
        (typed(user="U0BOT"), None),
        (typed("status", channel="D1"), "status"),
        (typed("shippy status", channel="D1"), "status"),
        (typed("status", channel="D1", user="U0BOT"), None),
        (pressed(), "rollout 25"),
        (pressed(channel="D1"), "rollout 25"),
        (pressed(channel="C3"), None),
        (slash(), "status"),
        (slash("shippy ship &lt;x&gt;"), "ship <x>"),
        (slash(""), ""),
        (slash(channel="C3"), None),
        (slash(channel="D1"), "status"),
    ],
)
def test_a_command_is_what_is_meant_for_the_bot_where_commands_are_taken(inbound: Inbound, command: str | None) -> None:
    assert ROOM.command_in(inbound) == command


@pytest.mark.parametrize("inbound", [typed(), pressed(), slash()])
@pytest.mark.parametrize(
    ("profile", "welcome"),
    [(COLLEAGUE, True), (Profile(guest=True, bot=False), False), (Profile(guest=False, bot=True), False)],
)
def test_guests_and_bots_are_not_let_in(inbound: Inbound, profile: Profile, welcome: bool) -> None:
    assert door(Workspace({"U1": profile})).lets_in(inbound) is welcome


@pytest.mark.parametrize("inbound", [typed(channel="D1"), pressed(channel="D1"), slash(channel="D1")])
def test_in_private_only_members_of_a_configured_channel_are_let_in(inbound: Inbound) -> None:
    assert not door(Workspace({"U1": COLLEAGUE}, {"C3": frozenset({"U1"})})).lets_in(inbound)
    assert door(Workspace({"U1": COLLEAGUE}, {"C2": frozenset({"U1"})})).lets_in(inbound)


def test_while_slack_does_not_tell_who_was_let_in_within_the_hour_still_is_and_nobody_else_is_kept_out_for_good() -> (
    None
):
    time = [0.0]
    workspace = Workspace({"U1": COLLEAGUE, "U2": Profile(guest=True, bot=False)}, {"C1": frozenset({"U1"})})
    at_the_door = door(workspace, time)
    assert at_the_door.lets_in(typed(user="U1"))
    assert not at_the_door.lets_in(typed(user="U2"))
    workspace.gone = Unavailable("Slack", "no answer")
    assert at_the_door.lets_in(typed(user="U1"))
    never_let_in_there = (typed(user="U2"), typed(user="U3"), typed(user="U1", channel="D1"))
    for inbound in never_let_in_there:
        with pytest.raises(Unavailable):
            at_the_door.lets_in(inbound)
    time[0] = KNOWN_SECONDS + 1
    with pytest.raises(Unavailable):
        at_the_door.lets_in(typed(user="U1"))


def test_whoever_is_let_in_before_slack_has_told_is_not_once_it_has_told_that_they_are_none_of_us() -> None:
    workspace = Workspace({"SLOW": COLLEAGUE})
    workspace.told.set()
    at_the_door = door(workspace)
    assert at_the_door.lets_in(typed(user="SLOW"))
    workspace.told.clear()
    with gevent.Timeout(0.01, Unavailable("Slack", "it takes too long")):
        assert at_the_door.lets_in(typed(user="SLOW"))
    workspace.profiles = {"SLOW": Profile(guest=True, bot=False)}
    gevent.idle()
    workspace.told.set()
    gevent.idle()
    workspace.gone = Unavailable("Slack", "no answer")
    with pytest.raises(Unavailable):
        at_the_door.lets_in(typed(user="SLOW"))


def test_somebody_whom_slack_does_not_know_any_more_is_not_let_in() -> None:
    workspace = Workspace({"U1": COLLEAGUE})
    at_the_door = door(workspace)
    assert at_the_door.lets_in(typed())
    workspace.gone = SlackRefused("Slack", "users.info: user_not_found", code="user_not_found")
    assert not at_the_door.lets_in(typed())
    workspace.gone = Unavailable("Slack", "no answer")
    with pytest.raises(Unavailable):
        at_the_door.lets_in(typed())
