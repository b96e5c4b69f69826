"""The keys that are about judging the new release."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from shippy.config.judging import Guard
from shippy.config.schema import TrafficSettings

MEASURE = {"name": "latency", "prometheus": "http://prometheus:9090", "candidate": "a", "stable": "b"}


@pytest.mark.parametrize("written", ["off", False])
def test_a_bare_off_is_off_though_yaml_reads_false(written: object) -> None:
    assert TrafficSettings.model_validate({"guard": written}).guard is Guard.OFF


def test_the_guard_tells_unless_told_otherwise() -> None:
    assert TrafficSettings().guard is Guard.TELL
    assert TrafficSettings.model_validate({"guard": "abort"}).guard is Guard.ABORT
    with pytest.raises(ValidationError, match="abort"):
        TrafficSettings.model_validate({"guard": True})


@pytest.mark.parametrize(
    ("written", "times"), [(1.5, 1.5), ("50%", 1.5), ("50 %", 1.5), (1, 1.0), ("0%", 1.0), (3, 3.0)]
)
def test_how_much_is_too_much_is_a_factor_or_a_percentage(written: object, times: float) -> None:
    settings = TrafficSettings.model_validate({"measures": [MEASURE | {"worse_above": written}]})
    assert settings.measures[0].worse_above == times


@pytest.mark.parametrize("written", [0.5, "half", "-5%", None, [1]])
def test_what_is_neither_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match="how many times as much"):
        TrafficSettings.model_validate({"measures": [MEASURE | {"worse_above": written}]})


def test_two_measures_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="a name of its own for each"):
        TrafficSettings.model_validate({"measures": [MEASURE, MEASURE]})
