"""`approve`, typed and pressed: by whoever has the right, and never by who ships."""

from __future__ import annotations

import pytest

from shippy.answers import Told
from shippy.config.schema import People
from shippy.errors import (
    ApprovalMissing,
    NobodyToApprove,
    NotAllowed,
    NothingRunning,
    NothingToApprove,
    OwnApproval,
    StaleButton,
    Unavailable,
)
from shippy.events import Approved
from shippy.model import Person, Share
from shippy.sentences import render
from tests.commands.desk import ROOT, SHELL, Desk
from tests.fakes.chat import FakeDirectory
from tests.world import DANA, KIM, World

LEE, EVE = Person("U3", "lee"), Person("U9", "eve")
NAMES = {"U2": "kim", "U3": "lee", "S1": "@leads"}


def desk_with(**people: object) -> Desk:
    """A desk at which dana has shipped what somebody else has to approve; kim and the leads may."""
    keys = {"approve": {"users": ["U2"], "usergroups": ["S1"]}} | people
    directory = FakeDirectory({"S1": frozenset({"U3", "U1"})}, NAMES, {"U2": "kim@example.com"})
    desk = Desk(World(approval={"always": True}), People.model_validate(keys), directory)
    desk.type("ship feature-x")
    return desk


def deploy_of(desk: Desk) -> str:
    (session,) = desk.world.deploys.locks
    return session.deploy.id


@pytest.mark.parametrize("text", ["rollout 5", "rollout 5 25 every 5m", "commit"])
def test_who_is_refused_is_told_why_and_who_may(text: str) -> None:
    desk = desk_with()
    missing = desk.answer(text)
    assert isinstance(missing, ApprovalMissing)
    assert (missing.users, missing.usergroups) == (("kim",), ("@leads",))
    assert render(missing, bot="shippy") == (
        "Somebody else has to approve it first: each deploy of this app needs it. "
        "Ask one of these: @leads and kim, who can type `shippy approve`."
    )


@pytest.mark.parametrize("person", [KIM, LEE])
def test_whoever_has_the_right_approves_and_it_goes_on(person: Person) -> None:
    desk = desk_with()
    assert isinstance(desk.answer("approve", person), Told)
    rolled = desk.answer("rollout 5")
    assert isinstance(rolled, Told)
    assert rolled.deploy.share == Share.of_percent(5)


def test_who_has_not_got_it_does_not() -> None:
    desk = desk_with()
    assert isinstance(desk.answer("approve", EVE), NotAllowed)
    assert isinstance(desk.answer("rollout 5"), ApprovalMissing)


def test_the_owner_does_not_by_typing_it_nor_by_the_button_though_they_have_the_right() -> None:
    desk = desk_with()
    assert isinstance(desk.answer("approve"), OwnApproval)
    assert isinstance(desk.press("approve", deploy_of(desk)), OwnApproval)
    assert desk.says("approve web").startswith("This deploy is yours: somebody else has to approve it.")
    assert desk.world.happened(Approved) == []


def test_somebody_else_does_by_the_button_and_only_on_this_deploy() -> None:
    desk = desk_with()
    first = deploy_of(desk)
    desk.type("abort")
    desk.type("ship feature-x")
    assert isinstance(desk.press("approve", first, KIM), StaleButton)
    assert isinstance(desk.press("approve", deploy_of(desk), KIM), Told)


def test_whoever_takes_it_over_by_the_button_cannot_approve_it_then() -> None:
    desk = desk_with()
    desk.press("takeover from a button", deploy_of(desk), KIM)
    for person in (KIM, DANA):
        assert isinstance(desk.press("approve", deploy_of(desk), person), OwnApproval | NotAllowed)
    assert isinstance(desk.press("approve", deploy_of(desk), LEE), Told)


def test_a_second_account_with_the_owners_login_is_the_owner() -> None:
    desk = desk_with(github={"U1": "dana-gh"})
    desk.world.code.people.add("Dana-GH", "kim@example.com")
    own = desk.answer("approve", KIM)
    assert isinstance(own, OwnApproval)
    assert render(own, bot="shippy").startswith("On GitHub you are dana-gh, and so is dana, whose deploy it is or was.")


def test_where_github_cannot_tell_who_somebody_is_they_have_not_approved() -> None:
    desk = desk_with()
    desk.world.code.go_down()
    assert isinstance(desk.answer("approve", KIM), Unavailable)


def test_the_shell_ships_but_does_not_approve() -> None:
    desk = desk_with()
    assert isinstance(desk.answer("approve", ROOT, SHELL), NobodyToApprove)


def test_without_a_rule_or_a_deploy_there_is_nothing_to_approve() -> None:
    desk = Desk()
    assert isinstance(desk.answer("approve", KIM), NothingRunning)
    desk.type("ship feature-x")
    assert isinstance(desk.answer("approve", KIM), NothingToApprove)


def test_the_status_tells_how_it_stands() -> None:
    desk = desk_with()
    assert "Somebody else has to approve it: each deploy of this app needs it. `shippy approve` does so." in desk.says(
        "status"
    )
    desk.type("approve", KIM)
    assert "Approved by kim, until 2026-01-01 16:00 UTC." in desk.says("status")
    desk.world.clock.advance(4 * 3600)
    assert "(kim has approved it, which does not hold any more)" in desk.says("status")
