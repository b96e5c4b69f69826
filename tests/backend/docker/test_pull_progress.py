from __future__ import annotations

from typing import Any

from shippy.backend.docker.pull_progress import PullProgress


def line(status: str, layer: str, current: int | None = None, total: int | None = None) -> dict[str, Any]:
    detail = {key: value for key, value in (("current", current), ("total", total)) if value is not None}
    return {"status": status, "id": layer, "progressDetail": detail}


def percents(*lines: dict[str, Any]) -> list[int]:
    progress = PullProgress()
    return [progress.feed(each) for each in lines]


def test_a_layer_counts_half_when_downloaded_and_whole_when_extracted() -> None:
    assert percents(
        line("Pulling fs layer", "a"),
        line("Downloading", "a", 50, 100),
        line("Download complete", "a"),
        line("Extracting", "a", 50, 100),
        line("Pull complete", "a"),
    ) == [0, 25, 50, 75, 100]


def test_layers_count_by_their_bytes() -> None:
    assert percents(
        line("Pulling fs layer", "small"),
        line("Pulling fs layer", "large"),
        line("Downloading", "small", 0, 100),
        line("Downloading", "large", 0, 900),
        line("Extracting", "large", 900, 900),
    ) == [0, 0, 0, 0, 90]


def test_a_layer_that_waits_is_taken_for_as_large_as_the_others() -> None:
    assert percents(
        line("Pulling fs layer", "a"),
        line("Pulling fs layer", "b"),
        line("Waiting", "b"),
        line("Extracting", "a", 100, 100),
    ) == [0, 0, 0, 50]


def test_it_never_goes_back_when_a_waiting_layer_turns_out_to_be_large() -> None:
    assert percents(
        line("Pulling fs layer", "a"),
        line("Pulling fs layer", "b"),
        line("Extracting", "a", 100, 100),
        line("Downloading", "b", 1, 900),
    ) == [0, 0, 50, 50]


def test_layers_that_the_host_has_are_no_work() -> None:
    assert percents(
        line("Already exists", "old"),
        line("Pulling fs layer", "new"),
        line("Extracting", "new", 10, 10),
    ) == [0, 0, 100]


def test_layers_too_small_for_a_progress_line_count_once_they_are_complete() -> None:
    assert percents(
        line("Pulling fs layer", "a"),
        line("Pulling fs layer", "b"),
        line("Download complete", "a"),
        line("Pull complete", "a"),
        line("Pull complete", "b"),
    ) == [0, 0, 0, 50, 100]


def test_extracting_that_is_counted_in_seconds_is_left_out() -> None:
    seconds = {"status": "Extracting", "id": "a", "progressDetail": {"current": 3, "units": "s"}}
    assert percents(line("Pulling fs layer", "a"), line("Downloading", "a", 100, 100), seconds) == [0, 50, 50]


def test_lines_about_no_layer_change_nothing() -> None:
    assert percents(
        {"status": "Pulling from acme/web", "id": "abc"},
        {"status": "Digest: sha256:0"},
        {"status": "Downloading", "id": "never announced", "progressDetail": {"current": 1, "total": 2}},
    ) == [0, 0, 0]
