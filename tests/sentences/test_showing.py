"""What GitHub shows of a deploy, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shippy.model import ALL, Person, Phase, Revision
from shippy.sentences import deployment_comment, deployment_description
from tests.sentences.samples import AT, COMMIT, RUNNING

LINK = "https://acme.slack.com/archives/C1/p1767265200000100"


def test_the_comment_tells_the_state_who_when_and_where_to_read_more() -> None:
    assert deployment_comment(RUNNING, link=LINK) == (
        "**25 % of the visitors get it**\n"
        f"`feature-x` at {COMMIT} on `web`\n"
        f"By `dana`, begun 2026-01-01 12:00 UTC · [More in the chat]({LINK})"
    )


def test_the_comment_on_one_that_is_over_tells_since_when_and_why() -> None:
    over = replace(RUNNING, phase=Phase.ABORTED, reason="too slow", ended=AT + timedelta(minutes=7))
    assert deployment_comment(over) == (
        "**Aborted**: `too slow`\n"
        f"`feature-x` at {COMMIT} on `web`\n"
        "By `dana`, begun 2026-01-01 12:00 UTC, ended 2026-01-01 12:07 UTC"
    )


@pytest.mark.parametrize(
    "evil",
    [
        "@acme/owners",
        "fixes #12 and closes acme/web#3",
        "`@kim`",
        "``\n@kim",
        "<!-- shippy deploy 260101-120000-abcd -->",
        "<img src=x> [a](http://b)",
        "**bold**\n\n# A heading",
    ],
)
def test_what_people_write_is_code_and_nothing_else(evil: str) -> None:
    deploy = replace(
        RUNNING,
        ref=evil,
        revision=Revision(evil, COMMIT, evil),
        owner=Person("U1", evil),
        phase=Phase.ABORTED,
        reason=evil,
    )
    comment = deployment_comment(deploy, link=LINK)
    outside = "".join(comment.split("`")[::2])
    assert comment.count("`") == 8
    assert outside == deployment_comment(
        replace(deploy, ref="x", revision=Revision("x", COMMIT), owner=Person("U1", "x"), reason="x"), link=LINK
    ).replace("`x`", "").replace("`web`", "")
    assert len(comment.splitlines()) == 3


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("reason", ["", "it is\nmuch " + "too slow " * 100])
def test_every_phase_has_a_line_that_github_takes(phase: Phase, reason: str) -> None:
    line = deployment_description(replace(RUNNING, phase=phase, reason=reason))
    assert 0 < len(line) <= 140
    assert "\n" not in line
    assert deployment_comment(replace(RUNNING, phase=phase, reason=reason)).startswith("**")


def test_a_release_that_was_followed_by_another_is_not_called_live() -> None:
    committed = replace(RUNNING, phase=Phase.COMMITTED, share=ALL)
    assert deployment_description(committed) == "Live"
    assert deployment_description(committed, superseded=True) == "Not live any more"
    assert deployment_comment(committed, superseded=True).startswith("**Not live any more**")
