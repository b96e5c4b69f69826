"""Names of branches as git allows them: slashes, dots, what means something to a URL or to Slack, every language."""

from __future__ import annotations

import unicodedata
from itertools import count

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from playground.github.client import Hub
from shippy.commands.parser import parse
from shippy.commands.ship import Ship
from shippy.github.refs import COMMIT, may_be_branch
from shippy.model import Phase
from shippy.sentences.narration import narrate
from tests.chat.card.scenes import drawn, valid
from tests.github.served import Served
from tests.github.shipping import green, shipping

NUMBERS = count(1)
LONGEST = 60
"""Characters: git takes a file's name of 255 bytes a part."""
A_FEW = 12


def possible(name: str) -> bool:
    """A name that git and GitHub take, and that somebody can type as one word."""
    plain = unicodedata.is_normalized("NFC", name) and not any(letter.isspace() for letter in name)
    return plain and may_be_branch(name) and not COMMIT.fullmatch(name) and not name.startswith(("refs/", "#"))


LETTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
PARTS = st.text(st.one_of(st.sampled_from("abzAZ09.-_+%#&=<>|`'\"$;,@!(){}äßλя语🚢"), LETTERS), min_size=1, max_size=12)
NAMES = (
    st.lists(PARTS, min_size=1, max_size=4).map("/".join).filter(lambda name: len(name) <= LONGEST and possible(name))
)


@pytest.fixture(scope="module")
def hub(served: Served) -> Hub:
    return served.repository("names")


@given(NAMES)
def test_what_somebody_types_is_the_name(name: str) -> None:
    assume(name != "--wait")
    assert parse(f"ship {name}")[1] == Ship(name)


@example("feature/größe")
@example("release-1.2.x/hot.fix")
@example("a%2Fb")
@example("x#1&y=2+z")
@example("<script>alert`1`|\"'")
@example("修复/🚢")
@given(NAMES)
@settings(max_examples=A_FEW, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_branch_of_any_name_is_found_checked_shipped_told_of_and_merged(served: Served, hub: Hub, name: str) -> None:
    assume(name.split("/", maxsplit=1)[0] not in {branch.split("/")[0] for branch in hub.branches()})
    number = next(NUMBERS)
    commit = green(hub, name, f"file-{number}.txt")
    pull = hub.open_pull(name, f"Change {name}")
    with shipping(served, hub) as world:
        for ref in (name, f"#{pull}", commit[:10]):
            revision = world.site.code.resolve(ref)
            assert (revision.commit, revision.branch) == (commit, name)
            assert revision.pull is not None
            assert revision.pull.number == pull
        shipped = world.ship(name)
        assert (shipped.phase, shipped.commit) == (Phase.VERIFYING, commit)
        assert all(result.passed for result in shipped.checks)
        valid(drawn(shipped))
        told = [narrate(entry, of_it, bot="hal", vip="http://vip", links={}) for entry, of_it in world.listener.entries]
        assert any(name in (sentence or "") for sentence in told)
        done = world.commit()
        assert (done.phase, done.merged) == (Phase.COMMITTED, hub.head("master"))
        assert hub.contains("master", commit)
        assert world.site.code.delete_branch(revision)
    assert name not in hub.branches()
