"""Slack's Web API, one call at a time: https://docs.slack.dev/apis/web-api"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from traceback import clear_frames

from gevent import Timeout
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from shippy.chat.slack_time import SlackTime
from shippy.errors import Unavailable

# What to tell whoever can put it right.
HINTS = {
    "invalid_auth": "the token is not valid",
    "not_authed": "no token was sent",
    "account_inactive": "the token belongs to a user or an app that was removed",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "not_allowed_token_type": "this needs another kind of token: xoxb-… as bot_token, xapp-… as app_token",
    "missing_scope": "the token lacks a scope",
    "channel_not_found": "there is no such channel, or the bot is not in it",
}
# A token that has expired may be renewed by Slack's rotation; the other ones stay refused.
LASTING = HINTS.keys() - {"token_expired"}
TRANSIENT = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
CODE = re.compile(r"\w+")
ITEMS_A_PAGE = 200


@dataclass
class SlackRefused(Unavailable):
    """Slack's answer to this very call is no. `code` is Slack's name for it, such as "invalid_auth"."""

    code: str = ""

    @property
    def lasting(self) -> bool:
        """Nothing will work until somebody changes the config, or the app in Slack."""
        return self.code in LASTING


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
        # The SDK logs each failure that it also raises, and repeats calls by itself: both are decided here instead.
        quiet = logging.Logger("slack_sdk", level=logging.CRITICAL)
        self.time = SlackTime()
        self._timeout = timeout
        self._client = WebClient(token, api_url, timeout=int(timeout) + 1, logger=quiet, retry_handlers=[])

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
        except (OSError, HTTPException, SlackClientError, ValueError, AttributeError) as error:
            # AttributeError is the SDK's answer to JSON that is no object. Its frames hold the connection of an answer
            # that broke off, in a cycle that would keep it open for long.
            clear_frames(error.__traceback__)
            raise Unavailable("Slack", f"{method}: {error}") from error
        if not isinstance(response.data, dict):
            raise Unavailable("Slack", f"{method}: the answer is not JSON")
        headers = _headers(response)
        self.time.shown(headers.get("date", ""), asked, time.time())
        return response.data, headers

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

    def post(self, channel: str, text: str, thread: str | None = None) -> str:
        """Post a message, in a thread if there is one, and return its ts. Links in it are not unfolded."""
        place = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        answer = self.call("chat.postMessage", **place, text=text, unfurl_links=False, unfurl_media=False)
        return str(answer.get("ts", ""))

    def update(self, channel: str, ts: str, text: str) -> None:
        """Replace the text of one of the bot's own messages."""
        self.call("chat.update", channel=channel, ts=ts, text=text)


def _refusal(method: str, response: SlackResponse) -> Unavailable:
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    # The SDK makes an error of its own words, in place of a code, out of a page that is no answer of Slack.
    if response.status_code != HTTPStatus.OK or code in TRANSIENT or CODE.fullmatch(code) is None:
        return Unavailable("Slack", f"{method}: {code or f'HTTP {response.status_code}'}", _retry_after(response))
    needed = f" ({data['needed']})" if "needed" in data else ""
    hint = f", {HINTS[code]}{needed}" if code in HINTS else ""
    return SlackRefused("Slack", f"{method}: {code}{hint}", code=code)


def _headers(response: SlackResponse) -> dict[str, str]:
    """By their names in small letters: servers and proxies write them as they like."""
    return {name.lower(): str(value) for name, value in response.headers.items()}


def _retry_after(response: SlackResponse) -> float | None:
    value = _headers(response).get("retry-after", "")
    return float(value) if value.isdecimal() else None
