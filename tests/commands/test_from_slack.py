"""Whatever somebody types on Slack, the whole way from the frame to the answer: nothing raises, and nothing pings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shippy.answers import Told
from shippy.chat import markup
from shippy.chat.incoming.door import Room
from shippy.chat.incoming.inbound import Message, Slash
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.slack import Identity, SlackApi
from shippy.commands.parser import LONGEST_TEXT, parse
from shippy.commands.table import VERBS
from shippy.errors import InternalError, NotUnderstood
from shippy.model import Place
from shippy.sentences import narrate, render
from tests.commands.desk import Desk

NOBODY = SlackApi("token", "http://127.0.0.1:9/")
ROOM = Room("shippy", Identity("U0BOT", "shippy", "T1"), ("C1",))

# What notifies somebody on Slack: a mention of a person, group or channel in its own markup, or (in text that Slack
# parses) one of these names. https://docs.slack.dev/messaging/formatting-message-text
PINGS = re.compile(r"<[@!#]|@(?:channel|here|everyone|group)\b", re.IGNORECASE)

PIECES = [
    "<@U0BOT>",
    "<@U123|dana>",
    "<!channel>",
    "<!here|@here>",
    "<!subteam^S1|@ops>",
    "<#C1|deploys>",
    "<http://feature.io/x|feature.io/x>",
    "<http://x",
    "<mailto:a@example.com|a@example.com>",
    "@channel",
    "\N{FULLWIDTH COMMERCIAL AT}here",
    "&amp;lt;!channel&amp;gt;",
    "&lt;!channel&gt;",
    "&amp;",
    "\u201csmart\u201d \u2018quotes\u2019",
    "`code`",
    "```",
    "$(rm -rf /); `id` | cat > /etc/passwd && :",
    "'; drop table entries; --",
    "../../etc/passwd",
    "feature/größer-ß",
    "\u202eright to left\u202c",
    "שלום",
    "zero\u200bwidth\ufeff\u2060",
    "👩‍👩‍👧‍👦 :tada:",
    "\ud800",
    "\x00\x07\x1b[31m",
    "non\u00a0breaking",
    "\n\n> quoted\n",
    "*bold* _it_ ~no~",
    "#12",
    "100.0.0",
    "٢٥",
    "1e9",
    "-0",
    "NaN",
    "because",
    "for 2h",
    *VERBS,
]
words = st.one_of(st.sampled_from(PIECES), st.text(max_size=12))
texts = st.builds(
    lambda start, verb, rest: " ".join([start, verb, *rest]),
    st.sampled_from(["shippy", "Shippy,", "<@U0BOT>", "@shippy:", "shippy\u00a0"]),
    st.one_of(st.sampled_from(sorted(VERBS)), words),
    st.lists(words, max_size=6),
)


def typed(text: str) -> Message:
    """The message as both transports understand it."""
    event = {"type": "message", "channel": "C1", "user": "U1", "text": text, "ts": "1.5", "channel_type": "channel"}
    envelope = {"envelope_id": "E1", "type": "events_api", "payload": {"event": event}}
    over_rtm = Rtm(NOBODY).understand(json.dumps(event)).message
    assert over_rtm == SocketMode(NOBODY).understand(json.dumps(envelope)).message
    assert isinstance(over_rtm, Message)
    return over_rtm


def refused(command: str) -> NotUnderstood | None:
    try:
        parse(command)
    except NotUnderstood as refusal:
        return refusal
    return None


def said(desk: Desk, text: str) -> Iterator[str]:
    """Everything that is said on Slack because of a text, as it is sent."""
    request = desk.type(text, place=Place("C1", "1.5"))
    for answer in request.answers:
        assert not isinstance(answer, InternalError), "a bug"
        if not isinstance(answer, Told):
            yield markup.message(render(answer, bot="shippy"))
    for entry, deploy in desk.world.listener.entries:
        told = narrate(entry, deploy, bot="shippy", vip="http://vip.example.com/", links={})
        if told:
            yield markup.message(told)


@given(text=texts)
@example(text="shippy " + "x" * 40_000)
@example(text="shippy ship " + "<!channel>" * 4_000)
def test_any_text_is_a_command_or_refused_with_what_is_wrong(text: str) -> None:
    command = ROOM.command_in(typed(text))
    if command is None:
        return
    assert "\n" not in command
    refusal = refused(command)
    if refusal is not None:
        answer = render(refusal, bot="shippy")
        assert not PINGS.search(markup.message(answer))
        assert "\n" not in answer
        assert len(answer) < LONGEST_TEXT


@given(text=texts)
def test_a_slash_command_reads_as_what_is_typed(text: str) -> None:
    slash = Slash("key", "U1", "C1", 1.5, text)
    assert ROOM.command_in(slash) == ROOM.command_in(typed(text)) or ROOM.command_in(typed(text)) is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=texts)
@example(text="shippy ship <!channel>")
@example(text="shippy ship @here")
@example(text="shippy takeover <!everyone> it stands")
@example(text="shippy lock <!channel> `@here` &lt;!here&gt;")
def test_whatever_is_typed_nothing_that_is_said_because_of_it_pings(text: str) -> None:
    command = ROOM.command_in(typed(text))
    if command is None:
        return
    desk = Desk()
    for words in said(desk, command):
        assert not PINGS.search(words), words


@pytest.mark.parametrize("branch", ["<!channel>", "@here", "x<@U1>", "a`b", "&lt;!here&gt;"])
def test_a_branch_with_the_name_of_a_mention_is_shipped_without_one(branch: str) -> None:
    desk = Desk()
    desk.world.green(branch)
    told = [*said(desk, f"ship {branch}"), *said(desk, f"abort {branch}")]
    assert len(told) > 3
    assert not any(PINGS.search(words) for words in told), told
