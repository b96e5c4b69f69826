"""What an engine answers instead of what it was asked for, and what can be wrong on the way to it.

Besides these, a call lets through OSError, as the system tells it, and EOFError (an ssh connection that ends).
"""

from __future__ import annotations

from http import HTTPStatus


class EngineError(Exception):
    """Its text is one for a person, that can follow a host's name."""


class ConnectTimeOut(EngineError):
    """The connection was not there in time."""


class BrokenOff(EngineError):
    """The connection ended, or went on with what is no HTTP, in the middle of an answer."""


class EngineAnswered(EngineError):
    """An answer with a status of 400 or more; `explanation` is the engine's own."""

    def __init__(self, status: int, explanation: str) -> None:
        super().__init__(explanation or f"its engine answered {status}")
        self.status = status
        self.explanation = explanation

    @property
    def is_client_error(self) -> bool:
        """Whether the request itself was refused, so that the same one cannot fare better later."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR


class NotFound(EngineAnswered):
    """There is no such container, no such image, or the registry does not know it."""


class Conflict(EngineAnswered):
    """Something else is under way with it, or uses it."""


KINDS: dict[int, type[EngineAnswered]] = {HTTPStatus.NOT_FOUND: NotFound, HTTPStatus.CONFLICT: Conflict}


def answered(status: int, explanation: str) -> EngineAnswered:
    return KINDS.get(status, EngineAnswered)(status, explanation)
