"""Whoever does not answer is asked less and less often."""

from __future__ import annotations

from shippy.backoff import Backoff


def test_pauses_double_up_to_the_longest_and_start_anew_after_a_success() -> None:
    backoff = Backoff(first=1, most=5, chance=lambda: 0.0)
    assert [backoff.pause() for _ in range(5)] == [1, 2, 4, 5, 5]
    backoff.reset()
    assert backoff.pause() == 1


def test_chance_shortens_a_pause_by_up_to_a_half() -> None:
    assert Backoff(first=1, chance=lambda: 1.0).pause() == 0.5


def test_a_pause_is_never_shorter_than_was_asked_for() -> None:
    assert Backoff(first=1).pause(at_least=30) == 30
