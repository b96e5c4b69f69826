"""`why` tells of the last refusal from the journal, check by check."""

from __future__ import annotations

from typing import Any

from shippy.answers import WhyReport
from shippy.errors import NothingRefused
from shippy.model import HostStep
from tests.commands.desk import Desk
from tests.world import World

QA = "qa/sign-off"


def refused(**settings: Any) -> Desk:
    desk = Desk(World(**settings))
    commit = desk.world.code.branches["feature-x"]
    desk.world.code.set_status(commit, "ci/build", "failure", "2 tests are red")
    desk.world.code.set_status(commit, QA, "pending", "nobody has looked")
    desk.world.ship()
    desk.world.clock.advance(300)
    return desk


def test_each_check_that_was_in_the_way_is_told_with_what_to_do() -> None:
    desk = refused(checks={"statuses": ["ci/build", QA], "levels": {QA: "skippable"}})
    text = desk.says("why")
    commit = desk.world.code.branches["feature-x"][:8]
    url = "https://github.example.com/acme/web/ci"
    assert text.splitlines() == [
        f"feature-x at {commit}, which dana wanted to ship to web, was refused (2026-01-01 12:00 UTC, 5 min ago).",
        "2 of 3 checks are in the way.",
        *text.splitlines()[2:3],
        "    Put it right.",
        *text.splitlines()[4:5],
        "    Wait for it, or go past it: `shippy ship! feature-x web because <reason>`.",
        "`shippy checks feature-x web` shows what the checks say now; once that is right, `shippy ship feature-x web` "
        "tries again.",
    ]
    assert text.splitlines()[2].startswith("✗ ci/build: failed, 2 tests are red")
    assert text.splitlines()[4].endswith(f"{url}/{QA}")


def test_it_is_what_was_so_then_and_not_what_is_now() -> None:
    desk = refused()
    desk.world.code.go_down()
    assert "✗ ci/build: failed" in desk.says("why")
    desk.world.restarted()
    assert "✗ ci/build: failed" in desk.says("why feature-x")


def test_what_is_only_pending_can_be_waited_for() -> None:
    desk = Desk()
    desk.world.code.set_status(desk.world.code.branches["feature-x"], QA, "pending")
    desk.world.ship()
    assert (
        desk.says("why").splitlines()[-1].endswith("`shippy ship feature-x web --wait` ships it once they are green.")
    )


def test_a_check_that_was_only_advice_was_not_in_the_way() -> None:
    desk = refused(checks={"statuses": ["ci/build", QA], "levels": {QA: "advice"}})
    (line,) = (line for line in desk.says("why").splitlines() if QA in line)
    assert line.startswith("… ")
    assert line.endswith("(it was not in the way)")


def test_the_refusal_of_a_branch_a_pull_request_or_a_commit_is_found() -> None:
    desk = refused()
    commit = desk.world.code.branches["feature-x"]
    desk.world.code.open_pull(12, "feature-x")
    desk.world.ship("#12")
    desk.world.green("other")
    desk.world.fleet.missing.add(desk.world.site.settings.image.replace("{commit}", desk.world.code.branches["other"]))
    desk.world.ship("other")
    last = desk.answer("why")
    assert isinstance(last, WhyReport)
    assert last.deploy.ref == "other"
    assert "There is no image" in desk.says("why")
    for ref in ("feature-x", "#12", commit[:7], commit.upper(), "feature-x web"):
        found = desk.answer(f"why {ref}")
        assert isinstance(found, WhyReport), ref
        assert found.deploy.ref == "#12"


def test_a_later_deploy_of_the_same_branch_is_mentioned() -> None:
    desk = refused()
    desk.world.green("feature-x")
    desk.world.ship()
    assert desk.says("why feature-x").endswith("It has been shipped again since, by dana: verifying.")


def test_a_preparation_that_failed_is_told_as_well() -> None:
    desk = Desk()
    for host in desk.world.fleet.host.values():
        host.fail(HostStep.CHECKING, "it exited", 3)
    desk.world.ship()
    text = desk.says("why")
    assert "failed (2026-01-01" in text
    assert "No host came up, but 3 are needed" in text


def test_with_several_apps_one_can_be_named() -> None:
    desk = refused()
    desk.add_app("api")
    assert isinstance(desk.answer("why web"), WhyReport)
    assert desk.answer("why api") == NothingRefused(None)
    assert desk.answer("why feature-x api") == NothingRefused("feature-x")


def test_where_nothing_was_refused_it_says_so() -> None:
    assert Desk().answer("why") == NothingRefused(None)
    assert Desk().answer("why nope") == NothingRefused("nope")
