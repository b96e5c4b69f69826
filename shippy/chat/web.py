"""slack_sdk's Web API client with a way out of its own: over kept connections, and making once what is always the same.

The SDK (3.47) takes 200 calls of Python, and the urllib that it uses as many again, to send what is one line here; and
it opens a connection each time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import quote_from_bytes, urlsplit

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from shippy.chat.connections import Connections
from shippy.chat.incoming.inbound import parsed

FORM = "application/x-www-form-urlencoded;charset=utf-8"


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
        address = urlsplit(self.base_url)
        self._path = address.path
        self._connections = Connections(address, seconds)
        self._head = self._connections.head(
            {**self.headers, "Authorization": f"Bearer {self.token}", "Content-Type": FORM}
        )

    def close(self) -> None:
        """Close what is kept; the next call makes a new connection."""
        self._connections.close()

    def api_call(  # type: ignore[override] # the arguments of all calls that shippy makes are in `params`
        self, api_method: str, *, params: Mapping[str, str | int | bool]
    ) -> SlackResponse:
        """One call, with its arguments as a form, which every method takes.

        Raises:
            SlackApiError: the answer is not that of a call that was done.
            OSError, HTTPException: there is none.
        """
        form = "&".join(f"{name}={_quoted(value)}" for name, value in params.items())
        answer = self._connections.post(self._path + api_method, self._head, form.encode())
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=self.base_url + api_method,
            req_args={},
            data=dict(parsed(answer.body)),
            headers=dict(answer.headers),
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call] # the SDK's types end here
        return response


def _quoted(value: str | int | bool) -> str:
    """Of a form. True is 1 and False 0, as in the SDK."""
    return quote_from_bytes(value.encode(), safe="") if isinstance(value, str) else str(int(value))
