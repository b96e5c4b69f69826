"""Tokens: whose they are, what kind, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from playground.slack.errors import Refused


class TokenKind(StrEnum):
    BOT = "bot"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Grant:
    """A token (xoxb-… speaks for a bot user, xapp-… for the app itself) and its scopes."""

    token: str
    kind: TokenKind
    user: str
    scopes: frozenset[str]

    def check(self, kind: TokenKind, scopes: frozenset[str]) -> None:
        """Raises: Refused: not_allowed_token_type, or missing_scope when the token has none of `scopes`."""
        if self.kind is not kind:
            raise Refused("not_allowed_token_type")
        if scopes and not scopes & self.scopes:
            raise Refused("missing_scope", needed=",".join(sorted(scopes)), provided=",".join(sorted(self.scopes)))


class Grants:
    """The tokens that are good."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        self._grants = {grant.token: grant for grant in grants}

    def of(self, token: str) -> Grant:
        """Raises: Refused: not_authed without a token, invalid_auth with one that is not good."""
        if not token:
            raise Refused("not_authed")
        if token not in self._grants:
            raise Refused("invalid_auth")
        return self._grants[token]
