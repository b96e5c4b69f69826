"""Only those are called who have something to do, or whose work it is; and nobody in the shell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.chat.outgoing.called import called
from shippy.events import (
    Aborted,
    ApprovalAsked,
    Approved,
    Committed,
    DeployEvent,
    DeployRefused,
    Entry,
    Failed,
    HostGaveUp,
    HostReady,
    Judged,
    MergeFailed,
    Prepared,
    RampStopped,
    ShareChanged,
    StoodStill,
    SwappedBack,
    TakenOver,
    Undone,
)
from shippy.model import (
    ALL,
    NONE,
    ApprovalReason,
    Author,
    Endpoint,
    HostStep,
    Judgement,
    Live,
    Opinion,
    Owner,
    Person,
    Place,
    Rule,
    Setback,
    Share,
    Slot,
)
from tests.chat.examples import NOON, deploy_in

DANA, KIM, ROOT = Person("U1", "dana"), Person("U2", "kim"), Person("local:root", "root", local=True)
KEY = ("d1", "web")
DEPLOY = replace(deploy_in(Place("C1", "1.1")), owner=DANA)
ADA = Author("ada", "Ada", "ada@example.com")
BOB = Author("bob", "Bob", "bob@example.com")
EVE = Author(None, "Eve", "eve@elsewhere.example")
USERS = {"ada@example.com": "U7", "bob@example.com": "U8"}


def users(event: DeployEvent, **changed: object) -> tuple[str, ...]:
    deploy = replace(DEPLOY, **changed)  # type: ignore[arg-type]  # the tests name the fields that they change
    return called(Entry(1, NOON, event), deploy, lambda author: USERS.get(author.email))  # type: ignore[arg-type]  # an Event, each of them


@pytest.mark.parametrize(
    "event", [Prepared(*KEY), MergeFailed(*KEY, "conflict"), Failed(*KEY, "no host"), StoodStill(*KEY, 1800)]
)
def test_the_owner_is_called_when_something_needs_them(event: DeployEvent) -> None:
    assert users(event) == ("U1",)
    assert users(event, owner=KIM) == ("U2",)
    assert users(event, owner=ROOT) == ()


def test_the_owner_is_called_for_the_first_host_that_fails_and_not_for_each() -> None:
    gave_up = HostGaveUp(*KEY, "web2", HostStep.PULLING, "no space")
    first, second = (Setback(host, HostStep.PULLING, "no space") for host in ("web1", "web2"))
    assert users(gave_up, setbacks=(first,)) == ("U1",)
    assert users(gave_up, setbacks=(first, second)) == ()


def test_who_is_taken_over_from_is_called_and_not_who_takes_over() -> None:
    assert users(TakenOver(*KEY, by=KIM, before=DANA, reason="lunch"), owner=KIM) == ("U1",)
    assert users(TakenOver(*KEY, by=KIM, before=ROOT, reason="lunch"), owner=KIM) == ()


def test_the_authors_of_what_is_live_are_called_once_each_where_the_chat_knows_them() -> None:
    again = replace(ADA, name="Ada L.")
    assert users(Committed(*KEY), authors=(BOB, ADA, EVE, again)) == ("U8", "U7")
    assert users(Committed(*KEY)) == ()


def test_when_somebody_undoes_a_deploy_its_owner_and_authors_are_called_and_not_who_did_it() -> None:
    back = SwappedBack(*KEY, Slot.BLUE, Live(Slot.BLUE, "d0", "a" * 40), ())
    assert users(back, undone_by=KIM, authors=(BOB, ADA)) == ("U1", "U8", "U7")
    assert users(back, undone_by=DANA, authors=(BOB,)) == ("U8",)
    assert users(back, undone_by=ROOT) == ("U1",)
    assert users(Undone(*KEY), undone_by=KIM, authors=(BOB,)) == ()


@pytest.mark.parametrize("opinion", Opinion)
def test_a_bad_verdict_calls_the_owner_and_the_end_of_the_climb_not_once_more(opinion: Opinion) -> None:
    judgement = Judgement(opinion, (), 60.0, Share.of_percent(25))
    bad = opinion is Opinion.WORSE
    assert users(Judged(*KEY, judgement), judgement=judgement) == (("U1",) if bad else ())
    assert users(RampStopped(*KEY, "a reason"), judgement=judgement) == (() if bad else ("U1",))


def test_the_owner_is_called_when_somebody_else_ends_their_climb() -> None:
    assert users(RampStopped(*KEY, "kim has typed a share", KIM)) == ("U1",)
    assert users(RampStopped(*KEY, "dana has typed a share", DANA)) == ()


def test_who_may_approve_is_called_when_somebody_has_to_and_never_an_owner_of_it() -> None:
    asked = Entry(1, NOON, ApprovalAsked(*KEY, (ApprovalReason(Rule.ALWAYS, "each deploy needs it"),)))
    deploy = replace(DEPLOY, former=(Owner(Person("U3", "lee")),))
    assert called(asked, deploy, lambda _: None, ("S1", "U1", "U2", "U3")) == ("S1", "U2")
    assert len(called(asked, deploy, lambda _: None, [f"U{number}" for number in range(100, 200)])) < 20
    assert users(Approved(*KEY, KIM, "c0ffee", NOON)) == ("U1",)


@pytest.mark.parametrize(
    "event",
    [
        DeployRefused(*KEY, "a check"),
        HostReady(*KEY, Endpoint("web1", "10.0.0.1", 80)),
        ShareChanged(*KEY, KIM, NONE, ALL),
        Aborted(*KEY),
    ],
)
def test_everything_else_calls_nobody(event: DeployEvent) -> None:
    assert users(event, authors=(ADA,)) == ()
