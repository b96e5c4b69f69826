"""What a workspace holds when it starts, read from JSON (seed.json here shows every key)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.slack.directory import Directory
from playground.slack.model import Channel, Json, Team, User, Usergroup
from playground.slack.tokens import Grant, TokenKind

_DEFAULT = Path(__file__).with_name("seed.json")


@dataclass(frozen=True, slots=True)
class App:
    """The one app of the workspace: its bot user is who its bot tokens speak as."""

    id: str
    bot_user: str
    command: str


@dataclass(frozen=True, slots=True)
class Seed:
    directory: Directory
    app: App
    grants: tuple[Grant, ...]
    bookmarks: tuple[Json, ...]
    hint: str

    def token(self, kind: TokenKind) -> str:
        """The app's own token of that kind."""
        return next(grant.token for grant in self.grants if grant.kind is kind and grant.user == self.app.bot_user)


def load(path: Path | None = None) -> Seed:
    """The default seed, with each top-level key that the file at `path` has taken from there."""
    content: Json = json.loads(_DEFAULT.read_text())
    if path is not None:
        content |= json.loads(path.read_text())
    directory = Directory(
        Team(**content["team"]),
        [User(**user) for user in content["users"]],
        [Channel(**{**channel, "members": set(channel["members"])}) for channel in content["channels"]],
        [Usergroup(**{**group, "users": tuple(group["users"])}) for group in content["usergroups"]],
    )
    return Seed(
        directory=directory,
        app=App(**content["app"]),
        grants=tuple(_grants(content)),
        bookmarks=tuple(content["bookmarks"]),
        hint=content["hint"],
    )


def _grants(content: Json) -> Iterator[Grant]:
    for token in content["tokens"]:
        yield Grant(token["token"], TokenKind(token["kind"]), token["user"], frozenset(token["scopes"]))
