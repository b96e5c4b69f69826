"""The workspace as tests and demonstrations use it: people type, press and wait; the network is made to fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import requests

Json = dict[str, Any]
Seen = TypeVar("Seen")

_REQUEST_SECONDS = 30.0
_LONGEST_POLL_SECONDS = 5.0


class NotSeen(AssertionError):
    """What was waited for did not come in time; the text has what was said instead."""


class NotDone(Exception):
    """The workspace refused what a person wanted to do."""


class Workspace:
    """A running workspace. People are named "dana", channels "#deploys" or by id, direct ones "@shippy"."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        self._session.close()

    def type(self, person: str, text: str, channel: str = "#deploys", thread: str | None = None, **more: Any) -> str:
        """Types a message, in a thread if `thread` is its root's ts. Returns the new message's ts.

        Raises:
            NotDone: there is no such person, channel or thread.
        """
        body = {"person": person, "channel": channel, "text": text, "thread_ts": thread, **more}
        return str(self._post("type", body)["ts"])

    def edit(self, person: str, ts: str, text: str, channel: str = "#deploys") -> None:
        self._post("edit", {"person": person, "channel": channel, "ts": ts, "text": text})

    def delete(self, person: str, ts: str, channel: str = "#deploys") -> None:
        self._post("delete", {"person": person, "channel": channel, "ts": ts})

    def react(self, person: str, ts: str, name: str, channel: str = "#deploys") -> None:
        self._post("react", {"person": person, "channel": channel, "ts": ts, "name": name})

    def click(
        self, person: str, ts: str, action_id: str, channel: str = "#deploys", selected: str | None = None
    ) -> None:
        """Presses the button `action_id` of the message. Raises: NotDone: no_such_action."""
        body = {"person": person, "channel": channel, "ts": ts, "action_id": action_id, "selected": selected}
        self._post("click", body)

    def slash(self, person: str, text: str, channel: str = "#deploys", command: str = "/shippy") -> None:
        self._post("slash", {"person": person, "channel": channel, "command": command, "text": text})

    def messages(self, channel: str | None = "#deploys", since: str = "") -> list[Json]:
        """Everything said there after the ts `since`, oldest first: replies, and ephemeral messages, too."""
        found: list[Json] = self._get("messages", {"channel": channel, "since": since})["messages"]
        return found

    def replies(self, ts: str, channel: str = "#deploys") -> list[Json]:
        """The replies in the thread of that message, oldest first."""
        return [one for one in self.messages(channel) if one.get("thread_ts") == ts and one["ts"] != ts]

    def wait_for(
        self, seen: Callable[[list[Json]], Seen | None], timeout: float = 10.0, channel: str | None = "#deploys"
    ) -> Seen:
        """Waits until `seen`, given the messages of the channel (None: all), returns something true; returns that.

        Raises:
            NotSeen: after `timeout` seconds, with the transcript.
        """
        deadline = time.monotonic() + timeout
        while True:
            answer = self._get("messages", {"channel": channel})
            result = seen(answer["messages"])
            if result:
                return result
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotSeen(f"not seen within {timeout:g} s; this is what was said:\n{self.transcript(channel)}")
            wait = {"since": answer["seq"], "timeout": min(left, _LONGEST_POLL_SECONDS)}
            self._get("changes", wait)

    def wait_for_words(self, since: str, words: str, timeout: float = 10.0, unless: Sequence[str] = ()) -> str:
        """Waits until a message after this ts says so, in the channel or a thread, and returns its text.

        What is edited says what it says now; the text of a message with blocks is its line for notifications.

        Raises:
            NotSeen: after `timeout` seconds, or as soon as a message says one of `unless`; with the transcript.
        """

        def said(_: list[Json]) -> str | None:
            texts = [str(message["text"]) for message in self.messages(since=since)]
            otherwise = [text for text in texts if any(ending in text for ending in unless)]
            if otherwise:
                raise NotSeen(f"{otherwise[0]!r} came, and not {words!r}; this is what was said:\n{self.transcript()}")
            return next((text for text in texts if words in text), None)

        return self.wait_for(said, timeout)

    def wait_for_connections(self, number: int, timeout: float = 10.0) -> None:
        """Waits until the app has so many open WebSockets. Raises: NotSeen."""

        def connected(_: list[Json]) -> bool:
            return len(self.connections()["sockets"]) == number

        self.wait_for(connected, timeout)

    def people(self) -> dict[str, str]:
        """Everybody's name, the bots' too, by their id."""
        return {user["id"]: user["name"] for user in self._get("state")["users"]}

    def transcript(self, channel: str | None = "#deploys") -> str:
        """What was said, a line a message, for a person to read."""
        names = self.people()
        return "\n".join(_line(message, names) for message in self.messages(channel))

    def fault(self, **faults: Any) -> None:
        """Breaks something: see playground.slack.control.steering for the keys."""
        self._post("faults", faults)

    def set(self, **settings: Any) -> None:
        """Sets how the workspace behaves: see playground.slack.settings.Settings."""
        self._post("settings", settings)

    def bookmarks(self, **links: str) -> None:
        """The links above the messages: title=address."""
        self._post("bookmarks", {"bookmarks": [{"title": title, "url": url} for title, url in links.items()]})

    def hint(self, text: str) -> None:
        self._post("hint", {"hint": text})

    def calls(self, method: str | None = None) -> list[Json]:
        """The Web API calls so far: {method, at, status, ok, error, body}, oldest first."""
        found: list[Json] = self._get("calls", {"method": method})["calls"]
        return found

    def connections(self) -> Json:
        """{sockets, envelopes, unacknowledged}: the app's WebSockets and what became of each envelope."""
        return self._get("connections")

    def _post(self, action: str, body: Json) -> Json:
        return _content(self._session.post(f"{self.url}/playground/{action}", json=body, timeout=_REQUEST_SECONDS))

    def _get(self, what: str, query: Json | None = None) -> Json:
        return _content(self._session.get(f"{self.url}/playground/{what}", params=query, timeout=_REQUEST_SECONDS))


def _content(response: requests.Response) -> Json:
    content: Json = response.json()
    if not content["ok"]:
        raise NotDone(content["error"])
    return content


def _line(message: Json, names: dict[str, str]) -> str:
    at = datetime.fromtimestamp(float(message["ts"]), tz=UTC).strftime("%H:%M:%S")
    indent = "    " if message.get("thread_ts", message["ts"]) != message["ts"] else ""
    only = f" (only to {names[message['ephemeral_to']]})" if message["ephemeral_to"] else ""
    return f"{at} {indent}{names.get(message['user'], message['user'])}{only}: {message['text']}"
