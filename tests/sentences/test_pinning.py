"""What is said of the links that fix one browser to the new version."""

from __future__ import annotations

from datetime import timedelta

from shippy.answers import PinsReport
from shippy.model import Pins
from shippy.sentences import render
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import AT, RUNNING

PINS = Pins("https://www.example.com/.shippy/pin/d.1.a", "https://www.example.com/.shippy/unpin/d.1.b", AT)


def test_both_links_and_how_long_they_are_good() -> None:
    text = render(PinsReport(AT - timedelta(minutes=30), RUNNING, PINS), bot=BOT)
    keep_the_rules(text)
    assert text.splitlines() == [
        "Only for you, for 30 min (until 12:00 UTC).",
        "This shows your browser feature-x at 9f8e7d6c at its public address, whatever its share: "
        "https://www.example.com/.shippy/pin/d.1.a",
        "This gives it back what everybody gets: https://www.example.com/.shippy/unpin/d.1.b",
    ]
