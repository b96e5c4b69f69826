"""What a routing gives to whom, and where an endpoint is."""

from __future__ import annotations

import pytest

from shippy.model import ALL, Endpoint, Routing, Share, Slot


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


@pytest.mark.parametrize(("address", "authority"), [("10.0.0.1", "10.0.0.1:80"), ("fd00::1", "[fd00::1]:80")])
def test_an_endpoint_is_addressed_as_in_a_url(address: str, authority: str) -> None:
    assert Endpoint("web1", address, 80).authority == authority
