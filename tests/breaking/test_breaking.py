"""A representative part of `make break`: some of its cases, taken evenly, each played in a whole real world."""

from __future__ import annotations

import pytest

from tests.breaking.faults import OUTAGES
from tests.breaking.matrix import ABORT, BALANCER, HOST, KILLED_TWICE, Case, cases
from tests.breaking.running import Theatre
from tests.breaking.strike import How

pytestmark = pytest.mark.timeout(240)


def play(theatre: Theatre, family: str, *, count: int, fault: str = "") -> None:
    """Play so many of a family's cases, and hold each to what all are held to."""
    of_family = [case for case in cases(theatre.points_of) if case.family == family and fault in case.fault]
    step = max(1, len(of_family) // count)
    for case in of_family[step // 2 :: step][:count]:
        hold(theatre, case)


def hold(theatre: Theatre, case: Case) -> None:
    outcome = theatre.play(case).outcome
    assert outcome.converged, f"{case}: {'; '.join(map(str, outcome.problems))}"
    assert not outcome.lost, f"{case}: requests were lost: {outcome.lost}"


@pytest.mark.parametrize(("family", "count"), [(How.DIE_AFTER, 3), (How.DIE_BEFORE, 3), (KILLED_TWICE, 2)])
def test_a_daemon_that_is_killed_at_any_entry_leaves_nothing_half_done(
    theatre: Theatre, family: str, count: int
) -> None:
    play(theatre, family, count=count)


@pytest.mark.parametrize("outage", [outage.name for outage in OUTAGES])
def test_an_abort_at_any_entry_takes_everything_back_whatever_else_is_gone(theatre: Theatre, outage: str) -> None:
    play(theatre, ABORT, count=1, fault=outage)


def test_a_host_that_breaks_in_the_middle_of_a_command_does_no_harm(theatre: Theatre) -> None:
    play(theatre, HOST, count=2)


def test_a_balancer_that_breaks_in_the_middle_of_a_command_does_no_harm(theatre: Theatre) -> None:
    play(theatre, BALANCER, count=2)
