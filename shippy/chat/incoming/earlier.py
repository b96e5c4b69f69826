"""What was typed on Slack in the past, as its history tells: for what no connection has delivered.

Histories: https://docs.slack.dev/reference/methods/conversations.history, and for threads conversations.replies, as a
history has only the first message of each thread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from shippy.chat.incoming.inbound import Message, typed_by_a_person
from shippy.chat.slack import SlackApi, SlackRefused
from shippy.model import Place

log = logging.getLogger(__name__)

MOST_PAGES = 25
"""Of one conversation: more than people type in an hour."""


def typed_since(api: SlackApi, oldest: float, places: Iterable[Place]) -> list[Message]:
    """What people have typed at these places from a time (by Slack's clock) on, oldest first, and each once.

    A place without a thread is a whole conversation, without its threads. One that Slack refuses to tell about is
    passed over, with a line in the log.

    Raises:
        Unavailable: Slack does not answer.
    """
    found: dict[str, Message] = {}
    for place in dict.fromkeys(places):
        try:
            found |= {message.key: message for message in _typed_at(api, oldest, place)}
        except SlackRefused as refusal:
            log.warning("what was typed in %s meanwhile cannot be read: %s", place.channel, refusal.why)
    return sorted(found.values(), key=lambda message: message.at)


def _typed_at(api: SlackApi, oldest: float, place: Place) -> Iterator[Message]:
    for page in islice(_pages(api, oldest, place), MOST_PAGES):
        told = page.get("messages")
        for each in told if isinstance(told, list) else ():
            message = typed_by_a_person({**each, "channel": place.channel})
            # The first message of a thread comes with its replies, however old it is.
            if message is not None and message.at >= oldest:
                yield message


def _pages(api: SlackApi, oldest: float, place: Place) -> Iterator[Mapping[str, object]]:
    since = f"{oldest:.6f}"
    if place.thread is None:
        return api.pages("conversations.history", channel=place.channel, oldest=since)
    return api.pages("conversations.replies", channel=place.channel, ts=place.thread, oldest=since)
