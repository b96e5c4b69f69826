"""The people of the playground's GitHub. A commit is theirs if it was made with their e-mail address."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

TOKEN_PREFIX = "playground_"  # noqa: S105 - the start of every token, not one


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    login: str
    name: str
    email: str
    bot: bool = False


@dataclass(slots=True)
class Accounts:
    """`teams` has who is in each, by its organization and name, in small letters."""

    teams: dict[tuple[str, str], dict[str, Account]] = field(default_factory=dict)
    _by_login: dict[str, Account] = field(default_factory=dict)
    _by_email: dict[str, Account] = field(default_factory=dict)
    _by_token: dict[str, tuple[Account, datetime | None]] = field(default_factory=dict)

    def add(self, login: str, name: str, email: str, *, bot: bool = False) -> Account:
        """Add somebody, or return who has this login already."""
        if login.lower() not in self._by_login:
            account = Account(len(self._by_login) + 1, login, name, email, bot)
            self._by_login[login.lower()] = self._by_email[email] = account
        return self._by_login[login.lower()]

    def new_token(self, login: str, over: datetime | None = None) -> str:
        """A token of somebody's, which lasts until then; None: for ever."""
        token = TOKEN_PREFIX + secrets.token_hex(16)
        self._by_token[token] = self._by_login[login.lower()], over
        return token

    def of_token(self, token: str) -> Account | None:
        account, over = self._by_token.get(token, (None, None))
        return None if over is not None and over <= datetime.now(UTC) else account

    def of_login(self, login: str) -> Account | None:
        """Large and small letters are the same in a login."""
        return self._by_login.get(login.lower())

    def of_email(self, email: str) -> Account | None:
        return self._by_email.get(email)

    def everybody(self) -> list[Account]:
        return list(self._by_login.values())

    def people(self) -> list[Account]:
        return [account for account in self.everybody() if not account.bot]
