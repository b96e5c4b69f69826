"""The one client that all repositories share."""

from __future__ import annotations

from github import Auth, Github
from urllib3 import Retry

from shippy import __version__
from shippy.config.schema import GitHub

TIMEOUT_SECONDS = 10
POOL_SIZE = 32
PAGE_SIZE = 100

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


def connect(github: GitHub, timeout: int = TIMEOUT_SECONDS) -> Github:
    """A client for the configured GitHub; nothing is asked of it yet.

    `timeout` is how many seconds each answer may take. A read that breaks is asked once more.

    PyGithub keeps 0.25 s between requests, and 1 s between those that write, over all greenlets. shippy writes once a
    deploy and reads a handful of things, so both are switched off. `lazy` objects are asked for only when one of their
    fields is needed.
    """
    return Github(
        auth=_auth(github),
        base_url=github.api_url.rstrip("/"),
        timeout=timeout,
        user_agent=f"shippy/{__version__}",
        per_page=PAGE_SIZE,
        retry=RETRY,
        pool_size=POOL_SIZE,
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )


def _auth(github: GitHub) -> Auth.Auth:
    if github.app is not None:
        app = Auth.AppAuth(github.app.id, github.app.private_key.get_secret_value())
        return app.get_installation_auth(github.app.installation)
    if github.token is None:
        raise ValueError("a GitHub section without token and app has passed its check")
    return Auth.Token(github.token.get_secret_value())
