"""slack_sdk's Web API client, over connections that are kept: a new one costs a few round trips, with TLS."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import Request, getproxies, proxy_bypass

from slack_sdk import WebClient
from urllib3 import PoolManager, ProxyManager, Retry, Timeout
from urllib3.util import make_headers

MOST_KEPT = 4
NEVER_AGAIN = Retry(0, redirect=False, raise_on_redirect=False)


class KeptWebClient(WebClient):
    """Calls with one token, through the proxy that the environment names. Any number of greenlets may.

    A kept connection that the server has ended meanwhile is replaced. No call is made twice.

    Args:
        seconds: what each single wait of a call may take.
    """

    def __init__(self, token: str, api_url: str, seconds: float) -> None:
        # The SDK logs each failure that it also raises, and repeats calls by itself: both are decided by who calls.
        quiet = logging.Logger("slack_sdk", level=logging.CRITICAL)
        super().__init__(token, api_url, logger=quiet, retry_handlers=[])
        self._pool = _pool(urlsplit(api_url), seconds)

    def close(self) -> None:
        """Close what is kept; the next call makes a new connection."""
        self._pool.clear()

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        # The one place in which the SDK (3.47) opens a connection, whatever is called. It is private, and pinned.
        headers = dict(req.header_items())
        form: Any = req.data
        response = self._pool.request(req.get_method(), url, body=form, headers=headers, retries=NEVER_AGAIN)
        return {"status": response.status, "headers": response.headers, "body": response.data.decode(errors="replace")}


def _pool(url: SplitResult, seconds: float) -> PoolManager:
    """With one answer to whether there is a proxy: a daemon's environment does not change."""
    options: dict[str, Any] = {"maxsize": MOST_KEPT, "timeout": Timeout(seconds)}
    named = getproxies().get(url.scheme)
    if not named or proxy_bypass(url.netloc):
        return PoolManager(**options)
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}" if proxy.username else None
    return ProxyManager(proxy.geturl(), proxy_headers=make_headers(proxy_basic_auth=credentials), **options)
