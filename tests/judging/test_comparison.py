"""From counters to a judgement: what goes in, what is left out, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from random import Random

import pytest

from shippy.judging import Comparison, Gauge, overall
from shippy.model import Counts, Judgement, Measure, Opinion, Share, Slot, SlotCounts
from tests.judging.visitors import Release, dice, quantile, seconds

QUARTER = Share.of_percent(25)


def counted(new: int, old: int, errors: int = 0) -> SlotCounts:
    return {Slot.GREEN: Counts(new, errors), Slot.BLUE: Counts(old)}


def compared(*looks: Mapping[str, SlotCounts | str]) -> Judgement:
    comparison = Comparison(Slot.GREEN, QUARTER)
    for at, seen in enumerate(looks):
        comparison.add(seen, float(at))
    return comparison.judgement()


def requests(judgement: Judgement) -> tuple[int, int]:
    return judgement.measures[0].candidate_requests, judgement.measures[0].stable_requests


def test_only_what_is_counted_from_the_first_look_on_goes_in_over_all_balancers() -> None:
    judgement = compared(
        {"lb1": counted(1000, 1000, 900), "lb2": counted(5, 5)},
        {"lb1": counted(1010, 1030, 901), "lb2": counted(6, 8)},
    )
    assert requests(judgement) == (11, 33)
    assert judgement.measures[0].candidate == "9.09 %"
    assert judgement.seconds == 1.0


def test_a_balancer_that_was_restarted_loses_that_stretch_and_no_other() -> None:
    before, restarted, after = counted(100, 300), counted(3, 9), counted(13, 39)
    judgement = compared(
        {"lb1": counted(90, 270), "lb2": counted(1, 2)},
        {"lb1": before, "lb2": counted(2, 4)},
        {"lb1": restarted, "lb2": counted(3, 6)},
        {"lb1": after, "lb2": counted(4, 8)},
    )
    assert requests(judgement) == (10 + 10 + 3, 30 + 30 + 6)


@pytest.mark.parametrize("gap", ["no answer within 2 s", {Slot.GREEN: Counts(120)}], ids=["silent", "only one slot"])
def test_a_balancer_that_did_not_tell_all_loses_that_stretch_for_both_releases(gap: SlotCounts | str) -> None:
    looks = [{"lb1": counted(n, 3 * n)} for n in (100, 110, 130, 140)]
    judgement = compared(*looks[:2], {"lb1": gap}, *looks[2:])
    assert requests(judgement) == (10 + 10, 30 + 30)
    assert judgement.seconds == 2.0


def test_balancers_that_cannot_count_are_said_not_to_and_are_never_as_good() -> None:
    judgement = compared(*({"lb1": "nginx does not count"} for _ in range(3)))
    assert judgement.opinion is Opinion.UNDECIDED
    assert {measure.trouble for measure in judgement.measures} == {"nginx does not count"}
    assert judgement.more_seconds is None


def test_one_silent_look_is_no_news_and_a_long_silence_is() -> None:
    comparison = Comparison(Slot.GREEN, QUARTER)
    comparison.add({"lb1": counted(0, 0)}, 0.0)
    comparison.add({"lb1": counted(900, 2700)}, 1.0)
    comparison.add({"lb1": "refused"}, 2.0)
    assert comparison.judgement().measures[0].opinion is Opinion.AS_GOOD
    comparison.add({"lb1": "refused"}, 12.0)
    assert comparison.judgement().measures[0].trouble == "refused"
    assert comparison.judgement().opinion is Opinion.UNDECIDED


def test_too_few_requests_come_with_how_much_longer_it_takes() -> None:
    random, comparison = dice(1), Comparison(Slot.GREEN, QUARTER)
    for at, seen in enumerate(islice(seconds(random, Release(), Release(), share=0.25, per_second=10), 60)):
        comparison.add(seen, float(at))
    judgement = comparison.judgement()
    assert judgement.opinion is Opinion.UNDECIDED
    assert judgement.more_seconds == pytest.approx(300, rel=0.25)


def first(random: Random, new: Release, old: Release, limit: int = 200) -> tuple[Opinion, int]:
    """What a deploy at 25 % of 100 requests a second is called first, and after how many seconds."""
    comparison = Comparison(Slot.GREEN, QUARTER)
    for at, seen in enumerate(islice(seconds(random, new, old, share=0.25, per_second=100), limit)):
        comparison.add(seen, float(at))
        if (opinion := comparison.judgement().opinion) is not Opinion.UNDECIDED:
            return opinion, at
    return Opinion.UNDECIDED, limit


def test_the_erroneous_release_is_worse_within_a_few_seconds_and_the_good_one_as_good_within_a_minute() -> None:
    random = dice(2)
    good, erroneous = Release(takes=lambda random: random.uniform(5, 15)), Release(0.2)
    worse = [first(random, erroneous, good) for _ in range(50)]
    as_good = [first(random, good, good) for _ in range(50)]
    assert {opinion for opinion, _ in worse} == {Opinion.WORSE}
    assert {opinion for opinion, _ in as_good} == {Opinion.AS_GOOD}
    assert quantile([at for _, at in worse], 0.95) <= 5
    assert quantile([at for _, at in as_good], 0.95) <= 60


def measure(opinion: Opinion) -> Measure:
    return Measure("x", opinion, "1", "2")


@pytest.mark.parametrize(
    ("opinions", "together"),
    [
        ((Opinion.WORSE, Opinion.BETTER, Opinion.UNDECIDED), Opinion.WORSE),
        ((Opinion.BETTER, Opinion.UNDECIDED, Opinion.AS_GOOD), Opinion.UNDECIDED),
        ((Opinion.AS_GOOD, Opinion.BETTER), Opinion.BETTER),
        ((Opinion.AS_GOOD, Opinion.AS_GOOD), Opinion.AS_GOOD),
        ((), Opinion.UNDECIDED),
    ],
)
def test_one_worse_measure_is_enough_and_one_in_doubt_leaves_all_in_doubt(
    opinions: tuple[Opinion, ...], together: Opinion
) -> None:
    assert overall(map(measure, opinions)) is together


def test_a_gauge_is_worse_or_as_good_after_so_many_looks_in_a_row() -> None:
    gauge = Gauge("latency", worse_above=1.5, at_least=0.1, looks=2)
    said = []
    for new, old in ((2.0, 1.0), (2.0, 1.0), (1.0, 1.0), (1.5, 1.0), (0.2, 0.0), (0.05, 0.0)):
        gauge.look(new, old)
        said.append(gauge.measure.opinion)
    undecided = Opinion.UNDECIDED
    assert said == [undecided, Opinion.WORSE, undecided, Opinion.AS_GOOD, undecided, undecided]


def test_a_gauge_that_cannot_be_read_is_in_doubt_whatever_it_was() -> None:
    gauge = Gauge("latency", worse_above=1.5, at_least=0.0, looks=1)
    assert gauge.measure.trouble
    gauge.look(1.0, 1.0)
    assert (gauge.measure.opinion, gauge.measure.trouble) == (Opinion.AS_GOOD, "")
    gauge.unreadable("no answer within 5 s")
    assert (gauge.measure.opinion, gauge.measure.trouble) == (Opinion.UNDECIDED, "no answer within 5 s")
