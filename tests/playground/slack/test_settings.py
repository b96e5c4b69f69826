"""The rate limit: a bucket for each method and channel."""

from __future__ import annotations

import pytest

from playground.slack.errors import RateLimited
from playground.slack.settings import Faults, RateLimits, Settings


def test_a_burst_passes_then_one_a_second() -> None:
    now = 0.0
    limits = RateLimits(Settings(per_second=1.0, burst=3), Faults(), now=lambda: now)
    for _ in range(3):
        limits.check("chat.postMessage", "C1")
    with pytest.raises(RateLimited) as refusal:
        limits.check("chat.postMessage", "C1")
    assert refusal.value.retry_after == 1
    limits.check("chat.postMessage", "C2")
    now = 1.0
    limits.check("chat.postMessage", "C1")
    with pytest.raises(RateLimited):
        limits.check("chat.postMessage", "C1")


def test_a_method_can_be_refused_a_number_of_times() -> None:
    limits = RateLimits(Settings(), Faults(ratelimited={"chat.update": 1}, retry_after=7))
    with pytest.raises(RateLimited) as refusal:
        limits.check("chat.update", "C1")
    assert refusal.value.retry_after == 7
    limits.check("chat.update", "C1")
    limits.check("chat.postMessage", "C1")
