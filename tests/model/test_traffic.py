"""What a routing gives to whom."""

from __future__ import annotations

import pytest

from shippy.model import ALL, Routing, Share, Slot


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (Routing(Slot.BLUE), Routing(Slot.BLUE, Slot.GREEN), []),
        (Routing(Slot.BLUE, Slot.GREEN), Routing(Slot.BLUE, Slot.GREEN, Share(1)), [Slot.GREEN]),
        (Routing(Slot.BLUE, Slot.GREEN, Share(2)), Routing(Slot.BLUE, Slot.GREEN, Share(1)), [Slot.BLUE]),
        (Routing(Slot.BLUE, Slot.GREEN, ALL), Routing(Slot.GREEN), []),
        (Routing(Slot.BLUE), Routing(Slot.GREEN), [Slot.GREEN]),
    ],
)
def test_who_gets_more_of_the_public(before: Routing, after: Routing, more: list[Slot]) -> None:
    assert after.gaining(before) == more
