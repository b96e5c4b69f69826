"""Text in; a typed command, or one line that says the right form, out."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shippy.commands.abort import Abort
from shippy.commands.checks import Checks
from shippy.commands.climb import Pause, Resume
from shippy.commands.commit import Commit
from shippy.commands.diff import Diff
from shippy.commands.help import Help
from shippy.commands.history import History
from shippy.commands.hosts import Hosts
from shippy.commands.parser import parse
from shippy.commands.rollout import Climb, Rollout
from shippy.commands.ship import Ship
from shippy.commands.status import Status
from shippy.commands.table import VERBS
from shippy.commands.verb import Command, Right
from shippy.errors import NotUnderstood
from shippy.model import ALL, NONE, Share
from shippy.sentences import render

CLIMBING = tuple(map(Share.of_percent, (5, 25, 50, 100)))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("ship feature-x", Ship("feature-x")),
        ("ship #12", Ship("#12")),
        ("ship 1a2b3c4 web", Ship("1a2b3c4", "web")),
        ("ship Feature/X WEB", Ship("Feature/X", "web")),
        ("SHIP feature-x", Ship("feature-x")),
        ("  ship \t feature-x\n", Ship("feature-x")),
        ("ship --wait feature-x", Ship("feature-x", when_green=True)),
        ("ship feature-x web --WAIT", Ship("feature-x", "web", when_green=True)),
        ("ship —wait #12", Ship("#12", when_green=True)),
        ("ship! feature-x because it is a hotfix", Ship("feature-x", override="it is a hotfix")),
        ("SHIP! #12 Web BECAUSE because", Ship("#12", "web", override="because")),
        ("ship! because because of the name", Ship("because", override="of the name")),
        ("rollout 25", Rollout(Share.of_percent(25))),
        ("rollout 0", Rollout(NONE)),
        ("rollout 100 %", Rollout(ALL)),
        ("rollout 25%", Rollout(Share.of_percent(25))),
        ("rollout 0.5 web", Rollout(Share.of_percent("0.5"), "web")),
        ("rollout .5 % web", Rollout(Share.of_percent("0.5"), "web")),
        ("rollout 33.33", Rollout(Share.of_percent("33.33"))),
        ("rollout 5 25 50 100 every 5m", Climb(CLIMBING, 300.0)),
        ("rollout 5% 25% 50% 100% EVERY 5 min web", Climb(CLIMBING, 300.0, "web")),
        ("rollout 5, 25, 50, 100 % every 300 seconds", Climb(CLIMBING, 300.0)),
        ("rollout 5 % 25 % 50 % 100 % every 5 m Web", Climb(CLIMBING, 300.0, "web")),
        ("rollout 50 25 every 1h", Climb((Share.of_percent(50), Share.of_percent(25)), 3600.0)),
        ("rollout .5 1 every 1.5m", Climb((Share.of_percent("0.5"), Share.of_percent(1)), 90.0)),
        ("rollout 0 1 every 10s", Climb((NONE, Share.of_percent(1)), 10.0)),
        ("pause", Pause()),
        ("pause web", Pause("web")),
        ("resume", Resume()),
        ("Resume Web", Resume("web")),
        ("commit", Commit()),
        ("Commit Web", Commit("web")),
        ("abort", Abort()),
        ("abort the header looks wrong", Abort(("the", "header", "looks", "wrong"))),
        ("status", Status()),
        ("status web", Status("web")),
        ("checks #12 web", Checks("#12", "web")),
        ("diff feature-x", Diff("feature-x")),
        ("hosts", Hosts()),
        ("hosts web", Hosts("web")),
        ("history", History(10)),
        ("history 3", History(3)),
        ("history web", History(10, "web")),
        ("history 3 web", History(3, "web")),
    ],
)
def test_each_form_is_understood(text: str, command: Command) -> None:
    assert parse(text)[1] == command


SHIP = "ship <branch | #pull | commit> [app] [--wait]"
OVERRIDE = "ship! <branch | #pull | commit> [app] because <reason>"
ROLLOUT = "rollout <0..100> [<0..100> … every 5m] [app]"


@pytest.mark.parametrize(
    ("text", "problem", "form"),
    [
        ("ship", "which branch, pull request or commit?", SHIP),
        ("ship a b c", '"c" is too much', SHIP),
        ("ship --wait", "which branch, pull request or commit?", SHIP),
        ("ship!", "which branch, pull request or commit?", OVERRIDE),
        ("ship! because", "for which reason?", OVERRIDE),
        ("ship! feature-x", "for which reason?", OVERRIDE),
        ("ship! feature-x because", "for which reason?", OVERRIDE),
        ("ship! a b c because of it", '"c" is too much', OVERRIDE),
        ("shp! feature-x because", "that is no command; did you mean ship!?", OVERRIDE),
        ("checks", "which branch, pull request or commit?", "checks <branch | #pull | commit> [app]"),
        ("diff", "which branch, pull request or commit?", "diff <branch | #pull | commit> [app]"),
        ("rollout", "how many percent?", ROLLOUT),
        ("rollout abc", '"abc" is not a number of percent', ROLLOUT),
        ("rollout 101", "a share is between 0 and 100 percent, not 101", ROLLOUT),
        ("rollout -1", '"-1" is not a number of percent', ROLLOUT),
        ("rollout 1e1", '"1e1" is not a number of percent', ROLLOUT),
        ("rollout NaN", '"NaN" is not a number of percent', ROLLOUT),
        ("rollout ٢٥", '"٢٥" is not a number of percent', ROLLOUT),
        ("rollout 0.001", "0.001 percent is finer than a hundredth of a percent", ROLLOUT),
        ("rollout 25 web now", '"now" is too much', ROLLOUT),
        ("rollout 5 25 50", "several shares need a time between them, such as every 5m", ROLLOUT),
        ("rollout every 5m", "between 2 and 10 shares make a climb", ROLLOUT),
        ("rollout 25 every 5m", "between 2 and 10 shares make a climb", ROLLOUT),
        ("rollout 1 2 3 4 5 6 7 8 9 10 11 every 5m", "between 2 and 10 shares", ROLLOUT),
        ("rollout 5 5 every 5m", "a climb only goes up, or only down", ROLLOUT),
        ("rollout 5 50 25 every 5m", "a climb only goes up, or only down", ROLLOUT),
        ("rollout 5 x every 5m", '"x" is not a number of percent', ROLLOUT),
        ("rollout 5 101 every 5m", "a share is between 0 and 100 percent, not 101", ROLLOUT),
        ("rollout 5 25 every", "how much time between two steps?", ROLLOUT),
        ("rollout 5 25 every 5", '"5" is not a time such as 30s, 5m or 1h', ROLLOUT),
        ("rollout 5 25 every now and then", '"now" is not a time such as 30s, 5m or 1h', ROLLOUT),
        ("rollout 5 25 every 9s", "the time between two steps is at least 10s and at most 24h", ROLLOUT),
        ("rollout 5 25 every 25h", "the time between two steps is at least 10s and at most 24h", ROLLOUT),
        ("rollout 5 25 every 99999h", "the time between two steps is at least 10s and at most 24h", ROLLOUT),
        ("rollout 5 25 every 5m web now", '"now" is too much', ROLLOUT),
        ("pause web now", '"now" is too much', "pause [app]"),
        ("commit web now", '"now" is too much', "commit [app]"),
        ("status web now", '"now" is too much', "status [app]"),
        ("hosts web now", '"now" is too much', "hosts [app]"),
        ("history 0", "between 1 and 50 deploys can be shown", "history [n] [app]"),
        ("history 51", "between 1 and 50 deploys can be shown", "history [n] [app]"),
        ("history -3", "between 1 and 50 deploys can be shown", "history [n] [app]"),
        ("history 99999999999999999999", "between 1 and 50 deploys can be shown", "history [n] [app]"),
        ("history 3 web now", '"now" is too much', "history [n] [app]"),
        ("help me", 'there is no command "me"', "help [command]"),
        ("shp feature-x", "that is no command; did you mean ship?", SHIP),
        ("rolout 25", "that is no command; did you mean rollout?", ROLLOUT),
        ("STATSU", "that is no command; did you mean status?", "status [app]"),
        ("good morning", "that is no command", None),
        ("ship " + "x" * 1000, "that is too long for a command (1005 characters)", None),
    ],
)
def test_a_wrong_form_is_one_line_with_the_right_one(text: str, problem: str, form: str | None) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse(text)
    assert caught.value.problem.startswith(problem)
    assert caught.value.form == form
    said = render(caught.value, bot="shippy")
    assert len(said.splitlines()) == 1
    assert f"`shippy {form or 'help'}`" in said


def test_nothing_but_the_name_is_a_call_for_help() -> None:
    assert parse("") == parse(" \n") == parse("help")


def test_help_tells_of_every_command_or_of_one() -> None:
    verb, every = parse("help")
    assert isinstance(every, Help)
    assert verb.name == "help"
    assert [entry.form for entry in every.commands] == [verb.form for verb in VERBS.values()]
    for name in VERBS:
        _, one = parse(f"help {name.upper()}")
        assert isinstance(one, Help)
        assert [entry.form for entry in one.commands] == [VERBS[name].form]


@pytest.mark.parametrize("name", VERBS)
def test_every_command_says_its_form_and_what_it_does(name: str) -> None:
    verb = VERBS[name]
    assert verb.form.split()[0] == verb.name == name
    assert verb.summary.endswith(".")


@pytest.mark.parametrize("name", ["ship", "rollout", "pause", "resume", "commit", "abort"])
def test_what_changes_production_needs_a_right(name: str) -> None:
    assert VERBS[name].right is Right.SHIP


@pytest.mark.parametrize("name", ["status", "checks", "diff", "hosts", "history", "help"])
def test_whoever_only_looks_needs_none(name: str) -> None:
    assert VERBS[name].right is None


TYPED = ["web", "#12", "25", "25%", "%", "0.5", "-1", "feature-x", "`", "…", "\u200b", "NaN", "every", "5m", "5 min"]
WORDS = st.sampled_from([*VERBS, *TYPED])


@given(st.one_of(st.text(max_size=1100), st.lists(WORDS, max_size=6).map(" ".join)))
@example("rollout " + "9" * 500)
@example("history " + "9" * 900)
@example("rollout 1000000")
def test_whatever_is_typed_is_a_command_or_not_understood(text: str) -> None:
    outcome = understood(text)
    if isinstance(outcome, NotUnderstood):
        assert len(render(outcome, bot="shippy")) < 400
    else:
        assert callable(outcome.run)


def understood(text: str) -> Command | NotUnderstood:
    try:
        return parse(text)[1]
    except NotUnderstood as error:
        return error
