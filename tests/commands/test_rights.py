"""Who may: people, user groups and channels of the config, everybody where it names nobody, and the shell always."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shippy.commands.identities import Identities
from shippy.commands.rights import Rights
from shippy.commands.verb import Right
from shippy.config.schema import People
from shippy.errors import MayNotPush, NoLogin, NotAllowed, NotHere, Unavailable
from shippy.model import Person, Place
from shippy.sentences import render
from tests.fakes.chat import FakeDirectory
from tests.world import World

DANA, KIM = Person("U1", "dana"), Person("U2", "kim")
ROOT = Person("local:root", "root", local=True)
DEPLOYS, SHOP, DIRECT = Place("C1", "1.1"), Place("C2", "2.2"), Place("D1", "3.3", direct=True)
NAMES = {"U1": "dana", "U2": "kim", "S1": "@deployers", "C1": "#deploys"}
SHIPPERS = FakeDirectory({"S1": frozenset({"U2"})}, NAMES, {"U1": "dana@example.com"}, {"#deploys": "C1"})
GONE = FakeDirectory(gone=True)


def rights(directory: FakeDirectory = SHIPPERS, **ship: list[str]) -> Rights:
    return Rights(People.model_validate({"ship": ship}), directory, Identities({}, directory, lambda _: None))


def pushing(world: World, logins: Mapping[str, str]) -> Rights:
    people = People.model_validate({"require_push": True, "github": logins})
    return Rights(people, SHIPPERS, Identities(people.github, SHIPPERS, world.code.login_of))


def test_where_nobody_is_named_everybody_may() -> None:
    for place in (DEPLOYS, SHOP, DIRECT):
        rights().require(Right.SHIP, DANA, place)


def test_whoever_is_named_may_and_nobody_else() -> None:
    named = rights(users=["U1"])
    named.require(Right.SHIP, DANA, DEPLOYS)
    with pytest.raises(NotAllowed):
        named.require(Right.SHIP, KIM, DEPLOYS)


def test_the_members_of_a_named_group_may() -> None:
    group = rights(usergroups=["S1"])
    group.require(Right.SHIP, KIM, DEPLOYS)
    with pytest.raises(NotAllowed):
        group.require(Right.SHIP, DANA, DEPLOYS)


def test_to_ship_past_checks_needs_the_right_to_ship_as_well() -> None:
    people = People.model_validate({"ship": {"users": ["U1"]}, "override": {"users": ["U1", "U2"], "channels": ["C1"]}})
    both = Rights(people, SHIPPERS, Identities({}, SHIPPERS, lambda _: None))
    both.require(Right.OVERRIDE, DANA, DEPLOYS)
    with pytest.raises(NotAllowed, match="'ship'"):
        both.require(Right.OVERRIDE, KIM, DEPLOYS)
    with pytest.raises(NotHere, match="'override'"):
        both.require(Right.OVERRIDE, DANA, SHOP)
    both.require(Right.SHIP, DANA, SHOP)


def test_who_may_not_is_told_who_may_by_their_names() -> None:
    with pytest.raises(NotAllowed) as caught:
        rights(users=["U1", "U2", "U7"], usergroups=["S1"]).require(Right.SHIP, Person("U9", "eve"), DEPLOYS)
    assert caught.value == NotAllowed("ship", ("dana", "kim", "U7"), ("@deployers",))
    assert "<@" not in render(caught.value, bot="shippy")


def test_a_name_gives_no_right_but_only_an_id() -> None:
    with pytest.raises(NotAllowed):
        rights(users=["U1"]).require(Right.SHIP, Person("U9", "U1"), DEPLOYS)


@pytest.mark.parametrize("channel", ["C1", "#deploys"])
def test_a_right_holds_in_its_channels_and_nowhere_else(channel: str) -> None:
    here = rights(channels=[channel])
    here.require(Right.SHIP, DANA, DEPLOYS)
    for place in (SHOP, DIRECT):
        with pytest.raises(NotHere) as caught:
            here.require(Right.SHIP, DANA, place)
        assert caught.value.channels == ("#deploys",)


def test_a_channel_gives_no_right_to_somebody_who_has_none() -> None:
    with pytest.raises(NotAllowed):
        rights(users=["U1"], channels=["C1"]).require(Right.SHIP, KIM, DEPLOYS)


def test_whoever_is_at_the_machine_always_may() -> None:
    rights(GONE, usergroups=["S1"], channels=["#deploys"]).require(Right.SHIP, ROOT, Place())
    rights(users=["U1"]).require(Right.SHIP, ROOT, Place())
    world = World()
    pushing(world, {}).require(Right.SHIP, ROOT, Place(), world.site)


def test_what_needs_no_right_is_for_everybody() -> None:
    rights(GONE, usergroups=["S1"], channels=["#deploys"]).require(None, DANA, SHOP)


def test_a_directory_that_is_gone_gives_nobody_a_right() -> None:
    gone = rights(GONE, users=["U1"], usergroups=["S1"])
    gone.require(Right.SHIP, DANA, DEPLOYS)
    with pytest.raises(Unavailable):
        gone.require(Right.SHIP, KIM, DEPLOYS)
    with pytest.raises(Unavailable):
        rights(GONE, channels=["#deploys"]).require(Right.SHIP, DANA, DEPLOYS)


@pytest.mark.parametrize("logins", [{"U1": "dana-gh"}, {}], ids=["by the config", "by the e-mail address"])
def test_where_a_push_is_asked_for_who_may_push_may(logins: dict[str, str]) -> None:
    world = World()
    world.code.people.add("dana-gh", "dana@example.com")
    pushing(world, logins).require(Right.SHIP, DANA, DEPLOYS, world.site)


def test_who_may_not_push_is_told_by_the_login_that_was_looked_at() -> None:
    world = World()
    world.code.people.add("dana-gh", "dana@example.com", may_push=False)
    with pytest.raises(MayNotPush) as caught:
        pushing(world, {}).require(Right.SHIP, DANA, DEPLOYS, world.site)
    assert caught.value == MayNotPush("dana-gh", "acme/web")


def test_who_is_not_known_on_github_may_not_where_a_push_is_asked_for() -> None:
    world = World()
    with pytest.raises(NoLogin) as caught:
        pushing(world, {}).require(Right.SHIP, KIM, DEPLOYS, world.site)
    assert caught.value == NoLogin("acme/web")


def test_a_github_that_is_down_gives_nobody_a_right_to_push() -> None:
    world = World()
    world.code.people.add("dana-gh", "dana@example.com")
    world.code.go_down()
    for logins in ({}, {"U1": "dana-gh"}):
        with pytest.raises(Unavailable):
            pushing(world, logins).require(Right.SHIP, DANA, DEPLOYS, world.site)


def test_no_push_is_asked_for_unless_the_config_says_so() -> None:
    world = World()
    rights().require(Right.SHIP, KIM, DEPLOYS, world.site)
    assert world.code.calls == []
