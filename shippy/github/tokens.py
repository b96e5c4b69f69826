"""The token of a GitHub App's installation, which lasts an hour and is renewed before its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from github import Auth, GithubException

from shippy.config.github import GitHub, GitHubApp
from shippy.errors import Unavailable
from shippy.github.asking import Asking
from shippy.github.faults import TRANSPORT_ERRORS, unavailable

MARGIN = timedelta(minutes=5)
"""How long before its end a token is renewed. Where this machine's clock is off by more than that, GitHub does not take
the app's signature either."""

REFUSALS = {
    401: "the app's key is not accepted (401)",
    404: "the app is not installed there any more, or never was (404)",
}


class InstallationToken(Auth.Auth):
    """Signs requests as the installation of an app. PyGithub's own class renews a token twenty seconds before its end,
    once for each greenlet that is asking then, and past the config's CA and proxy.

    Args:
        timeout: seconds that each answer may take.
    """

    def __init__(self, github: GitHub, app: GitHubApp, timeout: int) -> None:
        self._installation = f"/app/installations/{app.installation}"
        self._asking = Asking(github, Auth.AppAuth(app.id, app.private_key.get_secret_value()), timeout)
        self._renewing = Lock()
        self._token = ""
        self._over = datetime.min.replace(tzinfo=UTC)

    @property
    def token_type(self) -> str:
        return "Bearer"

    @property
    def token(self) -> str:
        """The current one; asked for where there is none that lasts.

        Raises:
            Unavailable: GitHub gives none. What PyGithub raises would be taken for the answer to what is asked with it.
        """
        with self._renewing:
            if datetime.now(UTC) + MARGIN >= self._over:
                told = self._ask("POST", f"{self._installation}/access_tokens")
                self._token, self._over = told["token"], datetime.fromisoformat(told["expires_at"])
            return self._token

    def permissions(self) -> dict[str, str]:
        """What the app may do where it is installed, such as contents: write. Raises Unavailable."""
        return {name: str(level) for name, level in self._ask("GET", self._installation)["permissions"].items()}

    def close(self) -> None:
        self._asking.close()

    def _ask(self, verb: str, url: str) -> Mapping[str, Any]:
        try:
            _, told = self._asking.requestJsonAndCheck(verb, url)
        except GithubException as error:
            words = REFUSALS.get(error.status)
            raise (Unavailable("GitHub", words) if words else unavailable(error)) from error
        except TRANSPORT_ERRORS as error:
            raise unavailable(error) from error
        return dict(told)
