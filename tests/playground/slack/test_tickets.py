"""Tickets are good once, for their purpose, and in time."""

from __future__ import annotations

from playground.slack.tickets import Redeemed, Tickets


def test_a_ticket_is_good_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue("rtm", 30)
    assert [tickets.redeem("rtm", ticket) for _ in range(2)] == [Redeemed.GOOD, Redeemed.USED]


def test_a_ticket_for_something_else_is_unknown_and_stays_good() -> None:
    tickets = Tickets()
    ticket = tickets.issue("rtm", 30)
    assert tickets.redeem("socket", ticket) is Redeemed.UNKNOWN
    assert tickets.redeem("rtm", ticket) is Redeemed.GOOD


def test_a_ticket_expires() -> None:
    now = 100.0
    tickets = Tickets(now=lambda: now)
    ticket = tickets.issue("rtm", 30)
    now = 130.5
    assert tickets.redeem("rtm", ticket) is Redeemed.EXPIRED
