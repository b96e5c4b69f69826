"""Slack's Web API, one call at a time: https://docs.slack.dev/apis/web-api"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

from gevent import Timeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from shippy.chat.slack_time import SlackTime
from shippy.chat.web import KeptWebClient
from shippy.errors import Unavailable

# What to tell whoever can put it right.
HINTS = {
    "invalid_auth": "the token is not valid",
    "not_authed": "no token was sent",
    "account_inactive": "the token belongs to a user or an app that was removed",
    "token_revoked": "the token was revoked",
    "not_allowed_token_type": "this needs another kind of token: xoxb-… as bot_token, xapp-… as app_token",
    "missing_scope": "the token lacks a scope",
    "channel_not_found": "there is no such channel, or the bot is not in it",
}
# Asked again, these may come to another end; a token that has expired may be renewed by Slack's rotation.
TRANSIENT = {
    "fatal_error",
    "internal_error",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "token_expired",
}
ITEMS_A_PAGE = 200
# A mark is metadata of a message, which only apps see: https://docs.slack.dev/messaging/message-metadata
MARK = "shippy_deploy"

Blocks = Sequence[Mapping[str, Any]]
"""Block Kit, as Slack takes it: https://docs.slack.dev/reference/block-kit"""


@dataclass
class SlackRefused(Unavailable):
    """Slack's answer to this very call is no. `code` is Slack's name for it, such as "invalid_auth"."""

    code: str = ""

    @property
    def lasting(self) -> bool:
        """Nothing will work until somebody changes the config, or the app in Slack."""
        return self.code in HINTS


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the token belongs to."""

    user: str
    name: str
    team: str


class SlackApi:
    """Calls with one token. Every call may raise Unavailable, or SlackRefused where Slack said no.

    `time` is Slack's clock, which each answer sets.

    Args:
        token: the bot's or the app's.
        api_url: of the Web API, such as "https://slack.com/api/".
        timeout: seconds until an answer is there whole.
    """

    def __init__(self, token: str, api_url: str, timeout: float = 10.0) -> None:
        self.time = SlackTime()
        self._timeout = timeout
        self._client = KeptWebClient(token, api_url, timeout)

    def close(self) -> None:
        """Close the connections that are kept for the next call, which is still possible."""
        self._client.close()

    def call(self, method: str, **arguments: str | int | bool) -> Mapping[str, object]:
        """Slack's answer to one call, whose "ok" is true."""
        return self._answer(method, arguments)[0]

    def scopes(self) -> frozenset[str] | None:
        """What the token may do, such as "chat:write"; None where Slack does not tell.

        It is in a header of every answer: https://docs.slack.dev/authentication/installing-with-oauth
        """
        header = self._answer("auth.test", {})[1].get("x-oauth-scopes")
        return None if header is None else frozenset(scope.strip() for scope in header.split(",") if scope.strip())

    def _answer(
        self, method: str, arguments: Mapping[str, str | int | bool]
    ) -> tuple[Mapping[str, object], Mapping[str, str]]:
        """The answer's content, and its headers by their names in small letters."""
        asked = time.time()
        try:
            with Timeout(self._timeout, TimeoutError(f"no answer within {self._timeout:g} s")):
                response = self._client.api_call(method, params=dict(arguments))
        except SlackApiError as error:
            raise _refusal(method, error.response) from error
        except (OSError, HTTPException) as error:
            raise Unavailable("Slack", f"{method}: {error}") from error
        headers = _headers(response)
        self.time.shown(headers.get("date", ""), asked, time.time())
        return _content(response), headers

    def pages(self, method: str, **arguments: str | int | bool) -> Iterator[Mapping[str, object]]:
        """The answers to a call whose results come in pages, one a page."""
        cursor = ""
        while True:
            page = self.call(method, limit=ITEMS_A_PAGE, cursor=cursor, **arguments)
            yield page
            metadata = page.get("response_metadata")
            cursor = str(metadata.get("next_cursor", "")) if isinstance(metadata, dict) else ""
            if not cursor:
                return

    def identity(self) -> Identity:
        answer = self.call("auth.test")
        return Identity(str(answer.get("user_id", "")), str(answer.get("user", "")), str(answer.get("team_id", "")))

    def post(
        self, channel: str, text: str, thread: str | None = None, blocks: Blocks | None = None, mark: str | None = None
    ) -> str:
        """Post a message, in a thread if there is one, and return its ts. Links in it are not unfolded.

        Where there are blocks, they are shown, and the text is for notifications. `find` finds a mark again.
        """
        place = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        marked = {"metadata": json.dumps({"event_type": MARK, "event_payload": {"id": mark}})} if mark else {}
        content = {"text": text, **_shown(blocks), **marked}
        answer = self.call("chat.postMessage", **place, **content, unfurl_links=False, unfurl_media=False)
        return str(answer.get("ts", ""))

    def find(self, channel: str, mark: str, since: float) -> str | None:
        """The ts of the message that was posted with this mark in the channel, not before `since` (epoch seconds)."""
        found = self.pages("conversations.history", channel=channel, oldest=f"{since:.6f}", include_all_metadata=True)
        for page in found:
            messages = page.get("messages")
            for message in messages if isinstance(messages, list) else ():
                metadata = message.get("metadata") or {}
                if metadata.get("event_type") == MARK and metadata.get("event_payload", {}).get("id") == mark:
                    return str(message["ts"])
        return None

    def permalink(self, channel: str, ts: str) -> str:
        """The address of a message, for whoever may see it."""
        return str(self.call("chat.getPermalink", channel=channel, message_ts=ts).get("permalink", ""))

    def update(self, channel: str, ts: str, text: str, blocks: Blocks | None = None) -> None:
        """Replace the text of one of the bot's own messages, and its blocks where there are any."""
        self.call("chat.update", channel=channel, ts=ts, text=text, **_shown(blocks))

    def whisper(self, channel: str, user: str, text: str, thread: str | None = None) -> None:
        """Say something in a channel, or a thread in it, that only one user sees, and only until they reload."""
        place = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        self.call("chat.postEphemeral", **place, user=user, text=text)

    def react(self, channel: str, ts: str, name: str) -> None:
        """Put an emoji under a message; one that is there already is as good."""
        try:
            self.call("reactions.add", channel=channel, timestamp=ts, name=name)
        except SlackRefused as refusal:
            if refusal.code != "already_reacted":
                raise


def _shown(blocks: Blocks | None) -> dict[str, str]:
    return {} if blocks is None else {"blocks": json.dumps(blocks)}


def _refusal(method: str, response: SlackResponse) -> Unavailable:
    data = _content(response)
    code = str(data.get("error", ""))
    if not code:
        why = f"HTTP {response.status_code}, without an answer of Slack's"
        return Unavailable("Slack", f"{method}: {why}", _retry_after(response))
    if response.status_code != HTTPStatus.OK or code in TRANSIENT:
        return Unavailable("Slack", f"{method}: {code}", _retry_after(response))
    needed = f" ({data['needed']})" if "needed" in data else ""
    hint = f", {HINTS[code]}{needed}" if code in HINTS else ""
    return SlackRefused("Slack", f"{method}: {code}{hint}", code=code)


def _content(response: SlackResponse) -> Mapping[str, object]:
    """Empty where it is no answer of Slack's."""
    return response.data if isinstance(response.data, dict) else {}


def _headers(response: SlackResponse) -> dict[str, str]:
    """By their names in small letters: servers and proxies write them as they like."""
    return {name.lower(): str(value) for name, value in response.headers.items()}


def _retry_after(response: SlackResponse) -> float | None:
    value = _headers(response).get("retry-after", "")
    return float(value) if value.isdecimal() else None
