"""Each host can be followed; of a large fleet, the numbers and those that need a look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.chat.card.bars import bar
from shippy.model import Endpoint, HostProgress, HostStep, Setback
from tests.chat.card.scenes import CHECKING, ENDPOINTS, PREPARING, ROLLING, VERIFYING, WEB3_FAILED, drawn, words


@pytest.mark.parametrize(
    ("part", "whole", "drawing"),
    [
        (0, 100, "▱▱▱▱▱▱▱▱▱▱"),
        (0.5, 100, "▰▱▱▱▱▱▱▱▱▱"),
        (25, 100, "▰▰▰▱▱▱▱▱▱▱"),
        (40, 100, "▰▰▰▰▱▱▱▱▱▱"),
        (99.5, 100, "▰▰▰▰▰▰▰▰▰▱"),
        (100, 100, "▰▰▰▰▰▰▰▰▰▰"),
        (300, 100, "▰▰▰▰▰▰▰▰▰▰"),
        (0, 0, "▱▱▱▱▱▱▱▱▱▱"),
    ],
)
def test_a_bar_never_shows_a_little_as_nothing_nor_almost_all_as_all(part: float, whole: float, drawing: str) -> None:
    assert bar(part, whole) == drawing


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (HostProgress("web2", HostStep.CONNECTING), "⏳ `web2` ▱▱▱▱▱▱▱▱▱▱ connecting"),
        (HostProgress("web2", HostStep.PULLING), "⏳ `web2` ▱▱▱▱▱▱▱▱▱▱ 0 % pulling"),
        (HostProgress("web2", HostStep.PULLING, 70), "⏳ `web2` ▰▰▰▰▰▰▰▱▱▱ 70 % pulling"),
        (HostProgress("web2", HostStep.PULLING, 100), "⏳ `web2` ▰▰▰▰▰▰▰▰▰▰ pulled"),
        (HostProgress("web2", HostStep.STARTING), "⏳ `web2` ▰▰▰▰▰▰▰▰▰▰ starting"),
        (HostProgress("web2", HostStep.CHECKING), "⏳ `web2` ▰▰▰▰▰▰▰▰▰▰ checking health"),
        (HostProgress("web2", HostStep.READY), "✅ `web2` ▰▰▰▰▰▰▰▰▰▰ ready"),
    ],
)
def test_a_host_shows_its_real_pull_and_then_its_step(progress: HostProgress, shown: str) -> None:
    said = words(drawn(replace(PREPARING, ready=ENDPOINTS[:1], setbacks=(WEB3_FAILED,)), [progress]))
    assert "✅ `web1` ▰▰▰▰▰▰▰▰▰▰ ready\n" in said
    assert f"{shown}\n" in said
    assert "❌ `web3` failed while waiting for health: it exited with code 3\n" in said


def test_a_pull_that_runs_beside_the_checks_is_shown() -> None:
    said = words(drawn(CHECKING, [HostProgress("web1", HostStep.PULLING, 42)]))
    assert "⏳ `web1` ▰▰▰▰▱▱▱▱▱▱ 42 % pulling" in said


def test_once_all_have_settled_those_that_are_up_take_a_line() -> None:
    assert "✅ *3 hosts up* · `web1`, `web2` and `web3`\n" in words(drawn(VERIFYING))
    lacking = replace(ROLLING, ready=ENDPOINTS[:2], setbacks=(WEB3_FAILED,))
    said = words(drawn(lacking))
    assert "✅ *2 of 3 hosts up* · `web1` and `web2`\n❌ `web3` failed while waiting for health" in said


def test_a_host_that_is_tried_again_is_followed_again() -> None:
    retrying = replace(ROLLING, ready=ENDPOINTS[:2], setbacks=())
    said = words(drawn(retrying, [HostProgress("web3", HostStep.PULLING, 10)]))
    assert "⏳ `web3` ▰▱▱▱▱▱▱▱▱▱ 10 % pulling" in said


@pytest.mark.parametrize("size", [200, 1_000])
def test_a_large_fleet_is_summarised(size: int) -> None:
    names = tuple(f"host-with-a-rather-long-name-{number:04}.example.com" for number in range(size))
    setbacks = tuple(Setback(name, HostStep.PULLING, "no space left on device " * 20) for name in names[:40])
    ready = tuple(Endpoint(name, "10.0.0.1", 80) for name in names[40:100])
    progress = [HostProgress(name, HostStep.PULLING, 90) for name in names[100:]]
    progress[7] = HostProgress(names[107], HostStep.PULLING, 3)
    said = words(drawn(replace(PREPARING, hosts=names, ready=ready, setbacks=setbacks), progress))
    assert f"*60 of {size} hosts up*" in said
    assert f"40 failed · {size - 100} pulling\n" in said
    assert said.count("❌") == 5
    assert said.count("⏳") == 3
    assert "3 % pulling" in said
    assert f"… and {size - 8} more" in said


def test_a_large_fleet_that_is_all_up_is_one_line() -> None:
    names = tuple(f"web{number}" for number in range(200))
    said = words(drawn(replace(VERIFYING, hosts=names, ready=tuple(Endpoint(name, "10.0.0.1", 80) for name in names))))
    assert "▰▰▰▰▰▰▰▰▰▰ *200 of 200 hosts up*\n" in said
    assert "more" not in said
