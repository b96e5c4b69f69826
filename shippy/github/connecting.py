"""The one client that all repositories share."""

from __future__ import annotations

from dataclasses import dataclass

from github import Auth
from github.NamedUser import NamedUserSearchResult
from github.PaginatedList import PaginatedList
from github.Repository import Repository

from shippy.config.github import GitHub
from shippy.github.asking import Asking
from shippy.github.tokens import InstallationToken

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Client:
    """PyGithub's objects over a requester of shippy's own: PyGithub's main class has no place for one.

    `installation` is that of the app, where the config has one.
    """

    requester: Asking
    installation: InstallationToken | None = None

    def get_repo(self, name: str) -> Repository:
        """The repository with this name, its owner before it; nothing is asked for yet."""
        return Repository(self.requester, url=f"/repos/{name}")

    def search_users(self, query: str) -> PaginatedList[NamedUserSearchResult]:
        return PaginatedList(NamedUserSearchResult, self.requester, "/search/users", {"q": query})

    def close(self) -> None:
        """Close the connections."""
        self.requester.close()
        if self.installation:
            self.installation.close()


def connect(github: GitHub, timeout: int = TIMEOUT_SECONDS) -> Client:
    """A client for the configured GitHub; nothing is asked of it yet.

    `timeout` is how many seconds each answer may take. A read that breaks is asked once more.
    """
    if github.app is not None:
        installation = InstallationToken(github, github.app, timeout)
        return Client(Asking(github, installation, timeout), installation)
    if github.token is None:
        raise ValueError("a GitHub section without token and app has passed its check")
    return Client(Asking(github, Auth.Token(github.token.get_secret_value()), timeout))
