"""Who in the chat is who on GitHub: as the config says, else by the e-mail address that both know."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from shippy.errors import Unavailable
from shippy.model import Author, Person
from shippy.ports import Directory
from shippy.remembered import Remembered

log = logging.getLogger(__name__)

LOGIN_SECONDS = 600.0
LOGINS = 1_000


class Identities:
    """Looks people up, with what it was told remembered for ten minutes.

    Args:
        logins: the config's, by the ids of people in the chat.
        directory: the chat's.
        login_with: GitHub's: the login of whoever has an e-mail address publicly (ports.CodeHost.login_of).
    """

    def __init__(
        self,
        logins: Mapping[str, str],
        directory: Directory,
        login_with: Callable[[str], str | None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._logins = logins
        self._people = {login.casefold(): person for person, login in logins.items()}
        self._directory = directory
        self._login_with = Remembered(login_with, LOGIN_SECONDS, LOGINS, now)

    def login_of(self, person: Person) -> str | None:
        """Somebody's login on GitHub; None where nobody knows it, or where it cannot be told now."""
        try:
            return self.proven_login(person)
        except Unavailable as error:
            log.warning("the login of %s is not known: %s", person.id, error.why)
            return None

    def proven_login(self, person: Person) -> str | None:
        """Like `login_of`, for a right that depends on it.

        Raises:
            Unavailable: GitHub cannot tell now.
        """
        if person.id in self._logins:
            return self._logins[person.id]
        email = None if person.local else self._directory.email(person.id)
        return self._login_with(email.casefold()) if email else None

    def person_of(self, author: Author) -> str | None:
        """The id in the chat of somebody who wrote a commit; None where nobody knows it."""
        known = self._people.get(author.login.casefold()) if author.login else None
        return known or (self._directory.person_with(author.email) if author.email else None)
