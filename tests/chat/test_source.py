"""Commands are taken in the configured channels and in direct messages, and never from the bot itself."""

from __future__ import annotations

import pytest

from shippy.chat.inbound import Message
from shippy.chat.slack import Identity
from shippy.chat.source import Room

ROOM = Room(Identity("U0BOT", "shippy", "T1"), frozenset({"C1"}))


@pytest.mark.parametrize(
    ("channel", "user", "direct", "taken"),
    [
        ("C1", "U1", False, True),
        ("D1", "U1", True, True),
        ("C2", "U1", False, False),
        ("C1", "U0BOT", False, False),
        ("D1", "U0BOT", True, False),
    ],
)
def test_a_message_is_taken_from_others_where_commands_are_taken(
    channel: str, user: str, direct: bool, taken: bool
) -> None:
    assert ROOM.takes(Message(channel, user, "shippy status", "1.1", direct=direct)) is taken
