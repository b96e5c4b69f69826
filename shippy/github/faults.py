"""What the errors of PyGithub mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import requests
from github import GithubException, RateLimitExceededException
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
)

from shippy.errors import Unavailable

T = TypeVar("T")

# GitHub says 422 for a commit, and 404 for anything else, that is not there.
MISSING = frozenset({404, 422})
# Its answers to a merge that it will not do: no right to, no such branch, not mergeable, moved on, not valid.
REFUSALS = frozenset({403, 404, 405, 409, 422})
SERVER_ERROR = 500

# What a call over PyGithub can raise besides GithubException. Its RuntimeError is a redirect to another host or scheme;
# a JSONDecodeError is an answer that breaks off, or is not GitHub's. An OSError is any RequestException, and that the
# config's `ca` is no file.
TRANSPORT_ERRORS = (OSError, json.JSONDecodeError, RuntimeError)

# The first that fits counts: urllib3's NewConnectionError is a ConnectTimeoutError, too.
BREAKDOWNS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (ProxyError, "the proxy does not let it through"),
    (NameResolutionError, "its name cannot be resolved"),
    (NewConnectionError, "it takes no connection"),
    ((ReadTimeoutError, ConnectTimeoutError), "no answer in time"),
    (requests.exceptions.SSLError, "its certificate is not accepted"),
    (json.JSONDecodeError, "its answer is not JSON"),
    ((requests.ConnectionError, requests.exceptions.ChunkedEncodingError), "the connection broke"),
)


@contextmanager
def github_answers() -> Iterator[None]:
    """Turn whatever the caller has not understood into Unavailable."""
    try:
        yield
    except (GithubException, *TRANSPORT_ERRORS) as error:
        raise unavailable(error) from error


def or_none(ask: Callable[[], T]) -> T | None:
    """The answer, or None where GitHub says that there is no such thing."""
    try:
        return ask()
    except GithubException as error:
        if error.status not in MISSING:
            raise
        return None


def once(act: Callable[[], T], find: Callable[[], T | None], refused: Callable[[GithubException], Exception]) -> T:
    """Do what must not be done twice. Where its outcome is unclear (no answer, an error of GitHub's own), look for it.

    Args:
        find: what came of it; None: nothing.
        refused: what to raise where GitHub will not do it.

    Raises:
        github.GithubException, OSError, ValueError, RuntimeError: it is not done.
    """
    try:
        return act()
    except GithubException as error:
        if is_refusal(error):
            raise refused(error) from error
        if error.status < SERVER_ERROR:
            raise
        unclear: Exception = error
    except TRANSPORT_ERRORS as error:
        unclear = error
    found = find()
    if found is None:
        raise unclear
    return found


def is_refusal(error: GithubException) -> bool:
    return error.status in REFUSALS and not is_rate_limit(error)


def is_rate_limit(error: GithubException) -> bool:
    return isinstance(error, RateLimitExceededException) or error.status == 429  # noqa: PLR2004 Too Many Requests


def message_of(error: GithubException) -> str:
    """GitHub's own words, in one line; "Validation Failed" alone would tell nothing, so what failed is added."""
    if not isinstance(error.data, dict):
        return _on_one_line(error.message)
    told = error.data.get("message")
    reasons = [
        str(one["message"]) for one in error.data.get("errors") or () if isinstance(one, dict) and "message" in one
    ]
    return _on_one_line(f"{told}: {'; '.join(reasons)}" if told and reasons else told)


def _on_one_line(told: object) -> str:
    return " ".join(str(told or "no reason given").split())


def unavailable(error: Exception) -> Unavailable:
    if isinstance(error, GithubException):
        if is_rate_limit(error):
            return _rate_limited(error.headers or {})
        return Unavailable("GitHub", _refusal(error))
    return Unavailable("GitHub", _breakdown(error))


def _rate_limited(headers: dict[str, str]) -> Unavailable:
    """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api tells of both headers."""
    now = datetime.now(UTC).timestamp()
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isdigit():
        over = now + int(after)
    elif reset.isdigit():
        over = max(now, int(reset))
    else:
        return Unavailable("GitHub", "rate limited")
    return Unavailable("GitHub", f"rate limited until {datetime.fromtimestamp(over, UTC):%H:%M} UTC", over - now)


def _refusal(error: GithubException) -> str:
    match error.status:
        case 401:
            return "the token is not accepted (401)"
        case status if status >= SERVER_ERROR:
            return f"it answers with an error of its own ({status})"
        case status:
            return f"{message_of(error)} ({status})"


def _breakdown(error: Exception) -> str:
    """Why there was no answer. requests wraps what urllib3 has wrapped: the innermost of them tells most."""
    cause = error.args[0] if error.args else error
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    told = (words for types, words in BREAKDOWNS if isinstance(cause, types) or isinstance(error, types))
    return next(told, " ".join(str(error).split()))
