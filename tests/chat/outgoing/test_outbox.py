"""What the bot says arrives in order, however Slack behaves, and whoever says it does not wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import gevent
import pytest
from gevent.event import Event as Flag

from shippy.backoff import Backoff
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackRefused
from shippy.errors import Unavailable
from shippy.model import Place
from tests.chat.examples import render

HERE = Place("C1", "1.1")


@dataclass
class FakePoster:
    """Posts once it is `up`, after it has raised each of `failures`."""

    failures: list[Unavailable] = field(default_factory=list)
    up: Flag = field(default_factory=Flag)
    posts: list[tuple[str, str, str | None]] = field(default_factory=list)
    attempts: int = 0

    def post(self, channel: str, text: str, thread: str | None = None) -> str:
        return self._take(channel, text, thread)

    def whisper(self, channel: str, user: str, text: str, thread: str | None = None) -> None:
        self._take(channel, f"to {user}: {text}", thread)

    def react(self, channel: str, ts: str, name: str) -> None:
        self._take(channel, f":{name}:", ts)

    def _take(self, channel: str, text: str, thread: str | None) -> str:
        self.attempts += 1
        self.up.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.posts.append((channel, text, thread))
        return f"ts.{len(self.posts)}"


def started(poster: FakePoster, capacity: int = 100) -> Outbox:
    outbox = Outbox(poster, capacity, Backoff(first=0.01, most=0.02))
    outbox.start()
    return outbox


def words(*texts: str) -> list[partial[str]]:
    return [partial(str, text) for text in texts]


def test_messages_arrive_in_order_and_tell_their_ts() -> None:
    poster = FakePoster()
    outbox = started(poster)
    results = [outbox.say(HERE, said) for said in words("one", "two", "three")]
    assert poster.posts == []
    poster.up.set()
    assert [result.get(timeout=5) for result in results] == ["ts.1", "ts.2", "ts.3"]
    assert poster.posts == [("C1", "one", "1.1"), ("C1", "two", "1.1"), ("C1", "three", "1.1")]
    outbox.stop(1)


def test_a_slack_that_is_gone_for_a_while_gets_everything_later_and_in_order() -> None:
    poster = FakePoster([Unavailable("Slack", "down"), Unavailable("Slack", "ratelimited", retry_after=0.05)])
    poster.up.set()
    outbox = started(poster)
    last = [outbox.say(HERE, said) for said in words("one", "two")][-1]
    last.get(timeout=5)
    assert [text for _, text, _ in poster.posts] == ["one", "two"]
    outbox.stop(1)


def test_what_slack_refuses_for_good_and_what_has_no_words_hold_back_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def no_words() -> str:
        raise ZeroDivisionError

    poster = FakePoster([SlackRefused("Slack", "is_archived", code="is_archived")])
    poster.up.set()
    outbox = started(poster)
    refused = outbox.say(HERE, partial(str, "refused"))
    bug = outbox.say(HERE, no_words)
    nothing = outbox.say(HERE, lambda: None)
    assert outbox.say(HERE, partial(str, "next")).get(timeout=5) == "ts.1"
    assert nothing.get(timeout=5) is None
    for given_up in (refused, bug):
        with pytest.raises(Unavailable):
            given_up.get(timeout=5)
    assert "is_archived" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    outbox.stop(1)


def test_when_too_much_waits_the_oldest_goes_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    poster = FakePoster()
    outbox = started(poster, capacity=2)
    results = [outbox.say(HERE, said) for said in words("in hand")]
    gevent.idle()
    results += [outbox.say(HERE, said) for said in words("a", "b", "c")]
    with pytest.raises(Unavailable):
        results[1].get(timeout=5)
    assert "too much waits" in caplog.text
    poster.up.set()
    results[-1].get(timeout=5)
    assert [text for _, text, _ in poster.posts] == ["in hand", "b", "c"]
    outbox.stop(1)


def test_the_stop_gives_what_waits_its_time_and_names_what_is_left(caplog: pytest.LogCaptureFixture) -> None:
    poster = FakePoster()
    outbox = started(poster)
    results = [outbox.say(HERE, said) for said in words("one", "two")]
    gevent.idle()
    outbox.stop(0.05)
    assert all(isinstance(result.exception, Unavailable) for result in results)
    with pytest.raises(Unavailable):
        outbox.say(HERE, partial(str, "late")).get(timeout=1)
    assert caplog.text.count("was not posted") == 3


def test_a_long_text_becomes_several_messages_in_one_place() -> None:
    poster = FakePoster()
    poster.up.set()
    outbox = started(poster)
    assert outbox.say(HERE, lambda: "line\n" * 1_500).get(timeout=5) == "ts.1"
    assert len(poster.posts) == 2
    outbox.stop(1)


def test_an_answer_is_put_into_words_by_the_sender_and_not_by_who_answers() -> None:
    poster = FakePoster()
    poster.up.set()
    outbox = started(poster)
    outbox.say(HERE, partial(render, Unavailable("GitHub", "down"))).get(timeout=5)
    assert poster.posts[0][1] == "answered Unavailable"
    outbox.stop(1)


def test_whispers_and_reactions_keep_their_place_in_the_order_and_wait_for_slack_too() -> None:
    poster = FakePoster([Unavailable("Slack", "down")])
    poster.up.set()
    outbox = started(poster)
    outbox.react("C1", "1.1", "x")
    outbox.whisper(HERE, "U1", lambda: "only you")
    outbox.whisper(HERE, "U1", lambda: None)
    outbox.say(HERE, partial(str, "all")).get(timeout=5)
    assert poster.posts == [("C1", ":x:", "1.1"), ("C1", "to U1: only you", "1.1"), ("C1", "all", "1.1")]
    outbox.stop(1)
