"""Tells GitHub's no from its silence: only after the latter is it worth asking again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from github import GithubException

from shippy.errors import Unavailable
from shippy.github.faults import TRANSPORT_ERRORS, is_rate_limit, message_of, unavailable

# Nothing in the request is wrong: a token that is not accepted may be renewed, and 408 is a time-out.
WORTH_ASKING_AGAIN = frozenset({401, 408})
FIRST_REFUSAL, FIRST_ERROR_OF_ITS_OWN = 400, 500


class Declined(Unavailable):
    """GitHub's answer to this very request is no: a right that is missing, a conversation that is locked."""


@contextmanager
def github_may_decline() -> Iterator[None]:
    """Turn what GitHub answers into Declined, or Unavailable."""
    try:
        yield
    except GithubException as error:
        refused = FIRST_REFUSAL <= error.status < FIRST_ERROR_OF_ITS_OWN
        if refused and error.status not in WORTH_ASKING_AGAIN and not is_rate_limit(error):
            raise Declined("GitHub", f"{message_of(error)} ({error.status})") from error
        raise unavailable(error) from error
    except TRANSPORT_ERRORS as error:
        raise unavailable(error) from error
