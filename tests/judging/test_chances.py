"""The arithmetic of two proportions, against the same by plain counting."""

from __future__ import annotations

from math import comb

import pytest

from shippy.judging.chances import Tally, lower_bound, most_excess, surprising, upper_bound
from tests.judging.visitors import dice, errors


def by_counting(one: int, of: int, other: int, of_other: int) -> float:
    """Fisher's exact test from its definition: every way to deal the errors out."""
    all_errors, total = one + other, of + of_other
    ways = sum(comb(of, k) * comb(of_other, all_errors - k) for k in range(one, min(all_errors, of) + 1))
    return ways / comb(total, all_errors)


@pytest.mark.parametrize(
    ("one", "of", "other", "of_other"),
    [(4, 20, 0, 60), (8, 40, 1, 120), (30, 400, 40, 1200), (1, 1, 0, 1), (20, 20, 3, 9)],
)
def test_what_is_surprising_is_so_by_fishers_exact_test(one: int, of: int, other: int, of_other: int) -> None:
    chance = by_counting(one, of, other, of_other)
    assert surprising(Tally(one, of), Tally(other, of_other), chance * 1.000001)
    assert not surprising(Tally(one, of), Tally(other, of_other), chance * 0.999999)


def test_a_rate_that_is_not_higher_is_no_surprise() -> None:
    assert not surprising(Tally(1, 20), Tally(3, 60), 1.0)
    assert not surprising(Tally(0, 0), Tally(3, 60), 1.0)


def test_large_numbers_are_no_nonsense() -> None:
    one, other = Tally(5_200, 1_000_000), Tally(15_000, 3_000_000)
    assert surprising(one, other, 0.009)
    assert not surprising(one, other, 0.006)
    assert surprising(Tally(400_000, 1_000_000), Tally(3_000, 3_000_000), 1e-100)


def test_without_any_error_the_bound_is_the_exact_one() -> None:
    assert upper_bound(Tally(0, 900), 0.05) == pytest.approx(1 - 0.05 ** (1 / 900))
    assert lower_bound(Tally(900, 900), 0.05) == pytest.approx(0.05 ** (1 / 900))
    assert (upper_bound(Tally(0, 0), 0.05), lower_bound(Tally(0, 0), 0.05)) == (1.0, 0.0)


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.2])
@pytest.mark.parametrize("of", [50, 1000])
def test_the_true_rate_is_out_of_the_bounds_no_more_often_than_they_say(rate: float, of: int) -> None:
    random = dice(1)
    tallies = [Tally(errors(random, rate, of), of) for _ in range(4000)]
    assert sum(upper_bound(tally, 0.05) < rate for tally in tallies) <= 200 + 5 * 14
    assert sum(lower_bound(tally, 0.05) > rate for tally in tallies) <= 200 + 5 * 14


@pytest.mark.parametrize(
    ("new", "old", "share"), [(0.006, 0.001, 0.25), (0.005, 0.0, 0.05), (0.055, 0.05, 0.5), (0.007, 0.002, 0.9)]
)
def test_the_true_excess_is_above_its_bound_no_more_often_than_it_says(new: float, old: float, share: float) -> None:
    random = dice(2)
    few, many = round(4000 * share), round(4000 * (1 - share))
    missed = sum(
        most_excess(Tally(errors(random, new, few), few), Tally(errors(random, old, many), many), 0.05) < new - old
        for _ in range(4000)
    )
    assert missed <= 200 + 5 * 14
