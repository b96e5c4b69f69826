"""Who may: people and user groups of the config, everybody where it names nobody, and the shell always."""

from __future__ import annotations

import pytest

from shippy.commands.rights import Rights
from shippy.commands.verb import Right
from shippy.config.schema import People
from shippy.errors import NotAllowed, Unavailable
from shippy.model import Person
from tests.fakes.chat import FakeDirectory

DANA, KIM = Person("U1", "dana"), Person("U2", "kim")
ROOT = Person("local:root", "root", local=True)
SHIPPERS = FakeDirectory({"S1": frozenset({"U2"})})


def rights(directory: FakeDirectory = SHIPPERS, **ship: list[str]) -> Rights:
    return Rights(People.model_validate({"ship": ship}), directory)


def test_where_nobody_is_named_everybody_may() -> None:
    rights().require(Right.SHIP, DANA)


def test_whoever_is_named_may_and_nobody_else() -> None:
    named = rights(users=["U1"])
    named.require(Right.SHIP, DANA)
    with pytest.raises(NotAllowed) as caught:
        named.require(Right.SHIP, KIM)
    assert (caught.value.right, caught.value.users) == ("ship", ("U1",))


def test_the_members_of_a_named_group_may() -> None:
    group = rights(usergroups=["S1"])
    group.require(Right.SHIP, KIM)
    with pytest.raises(NotAllowed) as caught:
        group.require(Right.SHIP, DANA)
    assert caught.value.usergroups == ("S1",)


def test_a_name_gives_no_right_but_only_an_id() -> None:
    with pytest.raises(NotAllowed):
        rights(users=["U1"]).require(Right.SHIP, Person("U9", "U1"))


def test_whoever_is_at_the_machine_always_may() -> None:
    rights(FakeDirectory(gone=True), usergroups=["S1"]).require(Right.SHIP, ROOT)
    rights(users=["U1"]).require(Right.SHIP, ROOT)


def test_what_needs_no_right_is_for_everybody() -> None:
    rights(FakeDirectory(gone=True), usergroups=["S1"]).require(None, DANA)


def test_a_directory_that_is_gone_gives_nobody_a_right() -> None:
    gone = rights(FakeDirectory(gone=True), users=["U1"], usergroups=["S1"])
    gone.require(Right.SHIP, DANA)
    with pytest.raises(Unavailable):
        gone.require(Right.SHIP, KIM)
