"""Who ships is in the merge, and, where the config asks for it, must be able to push; no way back asks for that."""

from __future__ import annotations

import gevent
import pytest

from shippy.config.schema import People
from shippy.deploys.recovery import recover
from shippy.errors import MayNotPush, NoLogin, Unavailable
from shippy.events import Merged, ShareChanged, Started
from shippy.model import Person
from tests.commands.desk import ROOT, SHELL, Desk
from tests.fakes.chat import FakeDirectory
from tests.world import DANA, KIM, WAIT_SECONDS

MAPPED = People.model_validate({"github": {DANA.id: "dana-gh"}})
PUSHING = People.model_validate({"github": {DANA.id: "dana-gh"}, "require_push": True})
CHAT = FakeDirectory(emails={KIM.id: "kim@example.com"})


def merge_message(desk: Desk) -> str:
    """What the merge was asked for with."""
    (message,) = [arguments[2] for name, arguments in desk.world.code.calls if name == "merge"]
    return str(message)


def test_the_merge_says_who_shipped_by_their_login_on_github() -> None:
    desk = Desk(people=MAPPED)
    desk.type("ship feature-x")
    desk.type("commit", KIM)
    assert merge_message(desk).splitlines()[-2] == "Shipped-by: dana (@dana-gh)"


def test_the_login_is_found_by_the_e_mail_address_that_both_know() -> None:
    desk = Desk(directory=CHAT)
    desk.world.code.people.add("kim-gh", "kim@example.com")
    desk.type("ship feature-x", KIM)
    desk.type("commit", KIM)
    assert merge_message(desk).splitlines()[-2] == "Shipped-by: kim (@kim-gh)"


@pytest.mark.parametrize("person", [DANA, ROOT])
def test_who_is_not_known_on_github_ships_by_name(person: Person) -> None:
    desk = Desk(directory=FakeDirectory(gone=True))
    desk.type("ship feature-x", person, SHELL)
    desk.type("commit", person, SHELL)
    assert merge_message(desk).splitlines()[-2] == f"Shipped-by: {person.name}"


def test_whoever_takes_a_deploy_over_is_who_ships_it() -> None:
    desk = Desk(people=MAPPED)
    desk.type("ship feature-x", KIM)
    desk.type("takeover kim has left", DANA)
    desk.type("commit", DANA)
    assert merge_message(desk).splitlines()[-2] == "Shipped-by: dana (@dana-gh)"


def test_a_restarted_daemon_still_knows_who_ships() -> None:
    desk = Desk(people=MAPPED)
    desk.type("ship feature-x")
    gevent.joinall(recover(desk.world.restarted()), timeout=WAIT_SECONDS, raise_error=True)
    desk.type("commit", KIM)
    assert merge_message(desk).splitlines()[-2] == "Shipped-by: dana (@dana-gh)"


def test_who_may_not_push_ships_nothing_and_commits_nothing() -> None:
    desk = Desk(people=PUSHING, directory=CHAT)
    desk.world.code.people.add("dana-gh", "")
    desk.world.code.people.add("kim-gh", "kim@example.com", may_push=False)
    assert desk.answer("ship feature-x", KIM) == MayNotPush("kim-gh", "acme/web")
    assert not desk.world.happened(Started)
    desk.type("ship feature-x", DANA)
    assert desk.answer("commit", KIM) == MayNotPush("kim-gh", "acme/web")
    assert not desk.world.happened(Merged)
    desk.type("commit", DANA)
    assert desk.world.happened(Merged)


def test_who_is_not_known_on_github_ships_nothing_where_a_push_is_asked_for() -> None:
    desk = Desk(people=PUSHING, directory=CHAT)
    assert desk.answer("ship feature-x", KIM) == NoLogin("acme/web")
    assert not desk.world.happened(Started)


def test_without_github_nobody_ships_but_traffic_moves_and_goes_back() -> None:
    desk = Desk(people=PUSHING)
    desk.world.code.people.add("dana-gh", "")
    live = desk.world.make_live()
    desk.type("ship feature-x")
    desk.world.code.go_down()
    desk.type("rollout 25")
    assert desk.world.happened(ShareChanged)[-1].after.basis_points == 2500
    desk.type("abort")
    assert desk.world.deploys_on_hosts() == {live.id}
    assert isinstance(desk.answer("ship feature-x"), Unavailable)
