"""The time to an answer, compared: the averages that slide, the bets, and what comes of both."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from random import Random

import pytest

from shippy.judging.averages import Mean, mean_between
from shippy.judging.betting import Bet
from shippy.judging.speed import Speed
from shippy.model import Counts, Opinion, Slot
from tests.judging.visitors import Counter, Release, dice, quantile, seconds

Takes = Callable[[Random], float]


def around(median: float, spread: float = 0.5) -> Takes:
    """Times as they are: most are short, some are long."""
    return lambda random: random.lognormvariate(math.log(median), spread)


def test_what_answers_took_is_found_in_the_sliding_average() -> None:
    counter, random = Counter(), dice(1)
    for answers, takes in ((40, 20.0), (300, 50.0), (400, 120.0), (3000, 30.0), (100, 200.0)):
        before = counter.counts if counter.requests else Counts()
        for _ in range(answers):
            counter.answer(takes + random.uniform(-5, 5), error=False)
        mean = mean_between(before, counter.counts)
        assert mean.answers == answers
        assert mean.ms == pytest.approx(takes, abs=1 + 512 / answers)


def test_no_answer_between_two_looks_is_no_average() -> None:
    assert mean_between(Counts(5, response_ms=7.0), Counts(5, response_ms=7.0)) == Mean()
    assert mean_between(Counts(), Counts(2, 2, 2)) == Mean()


def test_a_fair_game_is_never_won_more_often_than_promised() -> None:
    random, sure = dice(5), 0
    for _ in range(2000):
        bet = Bet()
        sure += any(_sure_after(bet, happened=random.random() < 0.5) for _ in range(400))
    assert sure <= 2000 * 0.05


def _sure_after(bet: Bet, *, happened: bool) -> bool:
    bet.round(happened=happened)
    return bet.sure(0.05)


def test_a_game_that_turns_after_long_bad_luck_is_won_soon() -> None:
    bet = Bet()
    for _ in range(1000):
        bet.round(happened=False)
    for _ in range(40):
        bet.round(happened=True)
    assert bet.sure(1 / 6000)


def opinion(random: Random, new: Takes, old: Takes, *, share: float = 0.25, limit: int = 120) -> tuple[Opinion, int]:
    """What a deploy with 100 requests a second on two balancers is called first, and after how many seconds."""
    speed = Speed("response time", Slot.GREEN, 1 / 6000, 1 / 20)
    both = frozenset({"lb1", "lb2"})
    looks = seconds(random, Release(takes=new), Release(takes=old), share=share, per_second=100)
    for second, seen in enumerate(islice(looks, limit)):
        speed.add(seen, both)
        if speed.measure.opinion is not Opinion.UNDECIDED:
            return speed.measure.opinion, second
    return Opinion.UNDECIDED, limit


@pytest.mark.parametrize("share", [0.05, 0.25, 0.9])
@pytest.mark.parametrize(
    "takes", [around(10), around(200), around(50, 2.0)], ids=["quick", "slow", "all over the place"]
)
def test_a_release_as_slow_as_the_old_one_is_not_worse_at_any_share(takes: Takes, share: float) -> None:
    random = dice(6)
    assert Opinion.WORSE not in {opinion(random, takes, takes, share=share)[0] for _ in range(25)}


def test_a_release_that_is_as_quick_is_as_good_within_a_minute() -> None:
    random = dice(7)
    found = [opinion(random, around(10), around(10)) for _ in range(50)]
    assert {name for name, _ in found} == {Opinion.AS_GOOD}
    assert quantile([second for _, second in found], 0.95) <= 60


def test_a_release_that_is_slow_is_worse_within_a_minute_or_so() -> None:
    random = dice(8)
    found = [opinion(random, around(310), around(10)) for _ in range(50)]
    assert {name for name, _ in found} == {Opinion.WORSE}
    assert quantile([second for _, second in found], 0.95) <= 75


def test_a_release_that_is_slower_by_less_than_the_margin_is_not_worse() -> None:
    random = dice(9)
    assert {opinion(random, around(125), around(100))[0] for _ in range(10)} == {Opinion.AS_GOOD}
    assert {opinion(random, around(15), around(5))[0] for _ in range(10)} == {Opinion.AS_GOOD}


def test_a_release_that_is_much_quicker_is_better() -> None:
    speed, random = Speed("response time", Slot.GREEN, 1 / 6000, 1 / 20), dice(10)
    looks = seconds(random, Release(takes=around(50)), Release(takes=around(200)), share=0.25, per_second=100)
    for seen in islice(looks, 120):
        speed.add(seen, frozenset({"lb1", "lb2"}))
    assert speed.measure.opinion is Opinion.BETTER
