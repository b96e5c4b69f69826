"""How often the comparison of rates is wrong, and how soon it is right: simulated deploys, always the same ones.

The chances are made larger here than those that the daemon has (1 in 3,000 for each measure), so that some thousand
deploys are enough to see that they hold; the rule is the same for any.
"""

from __future__ import annotations

from collections import Counter

import pytest

from shippy.judging.chances import Tally
from shippy.judging.rates import Rate
from shippy.model import Opinion
from tests.judging.visitors import dice, errors, quantile

LARGE = 0.1


class Deploys:
    """Deploys of the same kind, each looked at once a second: their rates of errors, and requests a second."""

    def __init__(self, new: float, old: float, requests: tuple[int, int] = (25, 75)) -> None:
        self._rates, self._requests = (new, old), requests
        self._random = dice(3)

    def opinions(self, wrong: float = LARGE, good: float = LARGE, seconds: int = 300) -> list[tuple[Opinion, int]]:
        """Every opinion that one deploy comes to, with the second of each."""
        rate, changes = Rate("errors", wrong, good), [(Opinion.UNDECIDED, 0)]
        tallies = [Tally(), Tally()]
        for second in range(1, seconds + 1):
            for index, (chance, requests) in enumerate(zip(self._rates, self._requests, strict=True)):
                tally = tallies[index]
                tallies[index] = Tally(tally.count + errors(self._random, chance, requests), tally.of + requests)
            rate.look(tallies[0], tallies[1], float(second))
            if rate.measure.opinion is not changes[-1][0]:
                changes.append((rate.measure.opinion, second))
        return changes[1:]

    def ever(self, opinion: Opinion, count: int) -> int:
        """How many of so many deploys are ever called that."""
        return sum(opinion in dict(self.opinions()) for _ in range(count))


@pytest.mark.parametrize("requests", [(5, 95), (25, 75), (90, 10)])
@pytest.mark.parametrize("rate", [0.003, 0.05])
def test_a_release_like_the_old_one_is_called_worse_or_better_no_more_often_than_promised(
    rate: float, requests: tuple[int, int]
) -> None:
    deploys = Deploys(rate, rate, requests)
    found = Counter(opinion for _ in range(400) for opinion in dict(deploys.opinions()))
    assert found[Opinion.WORSE] <= 400 * LARGE
    assert found[Opinion.BETTER] <= 400 * LARGE


def test_with_the_real_chances_no_good_release_of_two_thousand_is_called_worse() -> None:
    deploys = Deploys(0.01, 0.01)
    found = [
        opinion for _ in range(2000) for opinion in dict(deploys.opinions(wrong=1 / 3000, good=1 / 20, seconds=120))
    ]
    assert found.count(Opinion.WORSE) <= 4


@pytest.mark.parametrize("old", [0.0, 0.01])
def test_a_release_that_is_worse_by_the_margin_is_called_as_good_no_more_often_than_promised(old: float) -> None:
    deploys = Deploys(old + 0.005, old)
    assert deploys.ever(Opinion.AS_GOOD, 400) <= 400 * LARGE


def test_a_release_with_many_errors_is_worse_within_seconds() -> None:
    deploys = Deploys(0.2, 0.0)
    first = [deploys.opinions(1 / 3000, 1 / 20, seconds=20)[0] for _ in range(500)]
    assert {opinion for opinion, _ in first} == {Opinion.WORSE}
    assert quantile([second for _, second in first], 0.99) <= 5


def test_a_release_without_errors_is_as_good_within_a_minute() -> None:
    (opinion, second), *others = Deploys(0.0, 0.0).opinions(1 / 6000, 1 / 20)
    assert (opinion, others) == (Opinion.AS_GOOD, [])
    assert second <= 60


def test_a_release_that_mends_much_is_better() -> None:
    assert Opinion.BETTER in dict(Deploys(0.0, 0.05).opinions())


def test_a_release_that_turns_bad_after_an_hour_is_worse_within_a_minute() -> None:
    rate, random = Rate("errors", 1 / 3000, 1 / 20), dice(4)
    new, old = Tally(), Tally()
    for second in range(1, 3661):
        new = Tally(new.count + errors(random, 0.001 if second <= 3600 else 0.2, 25), new.of + 25)
        old = Tally(old.count + errors(random, 0.001, 75), old.of + 75)
        rate.look(new, old, float(second))
        if second == 3600:
            assert rate.measure.opinion is Opinion.AS_GOOD
    assert rate.measure.opinion is Opinion.WORSE


def test_a_difference_that_matters_to_nobody_is_not_worse_however_certain() -> None:
    rate = Rate("errors", 1 / 3000, 1 / 20)
    rate.look(Tally(1_500, 10_000_000), Tally(100, 10_000_000), 1.0)
    assert rate.measure.opinion is Opinion.AS_GOOD


def test_how_much_longer_is_told_once_there_are_requests() -> None:
    rate = Rate("errors", 1 / 6000, 1 / 20)
    assert rate.more_seconds(0.0) is None
    rate.look(Tally(0, 250), Tally(0, 750), 10.0)
    assert rate.more_seconds(10.0) == pytest.approx(20.0)
    rate.look(Tally(0, 750), Tally(0, 2250), 30.0)
    assert rate.more_seconds(30.0) == 0.0
