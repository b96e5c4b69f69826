"""How requests go to GitHub: over which connection, and with what is remembered of its answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from github import Auth
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester
from urllib3 import Retry

from shippy import __version__
from shippy.config.github import GitHub
from shippy.config.values import DIRECT
from shippy.github.memory import Memory, Remembered
from shippy.model import Budget

POOL_SIZE = 32
PAGE_SIZE = 100
OK = 200
NOT_MODIFIED = 304
CORE = "core"

# Only what can be asked twice without doing anything twice. A rate limit is told, and not waited for: PyGithub's own
# retries would sleep until it is over, with somebody's command waiting.
RETRY = Retry(
    total=2,
    read=1,
    redirect=0,
    other=0,
    backoff_factor=0.2,
    status_forcelist=(500, 502, 503, 504),
    allowed_methods=("GET", "HEAD"),
    respect_retry_after_header=False,
    raise_on_status=False,
)

Connection = HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass


class Asking(Requester):
    """PyGithub's requester over a connection of the config's making, which asks nothing anew that has not changed.

    PyGithub keeps 0.25 s between requests, and 1 s between those that write, over all greenlets. shippy writes a few
    times a deploy and reads a handful of things, so both are switched off. `lazy` objects are asked for only when one
    of their fields is needed.

    Args:
        timeout: seconds that each answer may take.
    """

    def __init__(self, github: GitHub, auth: Auth.Auth, timeout: int) -> None:
        super().__init__(
            auth=auth,
            base_url=github.api_url.rstrip("/"),
            timeout=timeout,
            user_agent=f"shippy/{__version__}",
            per_page=PAGE_SIZE,
            verify=True,
            retry=RETRY,
            pool_size=POOL_SIZE,
            lazy=True,
        )
        self._connection = _connection(github, timeout)
        self._memory = Memory()
        self._budget: Budget | None = None

    @property
    def budget(self) -> Budget | None:
        """What GitHub has told with its last answer; None as long as it has told nothing."""
        return self._budget

    def requestJson(  # noqa: N802, PLR0917 - PyGithub's: whatever it asks for goes through here
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        input: Any | None = None,  # noqa: A002 - PyGithub's name
        cnx: Connection | None = None,  # noqa: ARG002 - PyGithub's own connections know neither the CA nor the proxy
        follow_302_redirect: bool = False,
    ) -> tuple[int, dict[str, Any], str]:
        """See PyGithub. An answer that has not changed is the one before, with the new headers."""
        question = f"{(headers or {}).get('Accept')} {self.add_parameters_to_url(url, parameters or {})}"
        known = self._memory.recall(question) if verb == "GET" else None
        headers = {**(headers or {}), **({"If-None-Match": known.tag} if known else {})}
        status, told, text = super().requestJson(
            verb, url, parameters, headers, input, self._connection, follow_302_redirect
        )
        self._budget = _budget(told) or self._budget
        if known and status == NOT_MODIFIED:
            return OK, {**known.headers, **told}, known.text
        if verb == "GET" and status == OK and "etag" in told:
            self._memory.keep(question, Remembered(told["etag"], told, text))
        return status, told, text

    def close(self) -> None:
        self._connection.close()
        super().close()


def _budget(headers: dict[str, Any]) -> Budget | None:
    """Searches have a budget of their own: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api"""
    told = [str(headers.get(f"x-ratelimit-{name}", "")) for name in ("remaining", "limit", "reset")]
    if headers.get("x-ratelimit-resource", CORE) != CORE or not all(number.isdigit() for number in told):
        return None
    remaining, limit, reset = map(int, told)
    return Budget(remaining, limit, datetime.fromtimestamp(reset, UTC))


def _connection(github: GitHub, timeout: int) -> Connection:
    """One for all greenlets; it keeps a pool of sockets. Unless the config has a proxy, the environment's count."""
    where = urlsplit(github.api_url)
    kind = HTTPSRequestsConnectionClass if where.scheme == "https" else HTTPRequestsConnectionClass
    verify = str(github.ca) if github.ca else True
    connection = kind(str(where.hostname), where.port, timeout=timeout, retry=RETRY, pool_size=POOL_SIZE, verify=verify)
    if github.proxy is not None:
        connection.session.trust_env = False
        connection.session.proxies = {} if github.proxy == DIRECT else dict.fromkeys(("http", "https"), github.proxy)
    return connection
