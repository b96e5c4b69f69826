"""`ship!` and `ship --wait`, as they are typed and pressed."""

from __future__ import annotations

import pytest

from shippy.answers import Told
from shippy.config.schema import People
from shippy.errors import NotAllowed, NotUnderstood, StaleButton
from shippy.events import Started
from shippy.model import Phase
from tests.commands.desk import Desk
from tests.world import DANA, KIM, World

QA = "qa/sign-off"


def unsigned(**people: object) -> Desk:
    """A branch that only the sign-off is missing of, which may be skipped."""
    desk = Desk(
        World(checks={"statuses": ["ci/build", QA], "levels": {QA: "skippable"}}), People.model_validate(people)
    )
    desk.world.code.set_status(desk.world.code.branches["feature-x"], QA, "pending")
    return desk


def test_checks_are_skipped_by_whoever_has_the_right_to() -> None:
    desk = unsigned(override={"users": [DANA.id]})
    assert isinstance(desk.answer("ship! feature-x because a hotfix", KIM), NotAllowed)
    assert not desk.world.happened(Started)
    told = desk.answer("ship! feature-x because a hotfix", DANA)
    assert isinstance(told, Told)
    assert told.deploy.phase is Phase.VERIFYING
    assert told.deploy.override == "a hotfix"


def test_without_a_reason_nothing_begins() -> None:
    desk = unsigned()
    assert isinstance(desk.answer("ship! feature-x"), NotUnderstood)
    assert not desk.world.happened(Started)


@pytest.mark.parametrize("text", ["ship --wait feature-x", "ship feature-x --wait"])
def test_a_deploy_is_asked_to_wait_before_or_after_its_ref(text: str) -> None:
    desk = unsigned()
    told = desk.answer(text)
    assert isinstance(told, Told)
    assert told.deploy.when_green
    assert told.deploy.phase is Phase.REFUSED, "nobody has signed it off in half an hour"


def test_the_button_of_a_refusal_ships_once_and_is_stale_when_another_deploy_has_followed() -> None:
    desk = unsigned()
    refused = desk.answer("ship feature-x")
    assert isinstance(refused, Told)
    desk.world.code.set_status(desk.world.code.branches["feature-x"], QA)
    pressed = desk.press("ship --wait feature-x web", refused.deploy.id)
    assert isinstance(pressed, Told)
    assert pressed.deploy.phase is Phase.VERIFYING
    desk.type("abort")
    assert isinstance(desk.press("ship --wait feature-x web", refused.deploy.id), StaleButton)
