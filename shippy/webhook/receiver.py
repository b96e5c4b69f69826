"""Takes GitHub's calls, and checks the signature before it reads anything else."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from shippy.config.listening import Webhook
from shippy.serving import Server, StartResponse

log = logging.getLogger(__name__)

MOST_BYTES = 1_048_576
"""Of a call's body. GitHub sends up to 25 MB: https://docs.github.com/en/webhooks/webhook-events-and-payloads; what is
longer, such as a push of very many commits, is found by the next look that nobody has called for.
"""

EVENTS = frozenset({"status", "check_run", "check_suite", "pull_request", "push"})
"""Those after which another image may be worth having."""

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A call that is not taken, and the answer to it."""

    status: HTTPStatus
    why: str


class GitHubCalls(Server):
    """The address that a webhook of GitHub's is given.

    Args:
        wake: is called with the repository ("acme/web") in which something has changed; it returns at once.
    """

    def __init__(self, settings: Webhook, wake: Callable[[str], None]) -> None:
        super().__init__("the webhook", settings.listen, self._answer)
        self._secret = settings.secret.get_secret_value().encode()
        self._wake = wake
        self._warned = False

    def _answer(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            status, text = HTTPStatus.OK, self._taken(environ)
        except Refused as refused:
            status, text = refused.status, refused.why
        content = f"{text}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
        # What is left of a body that was not read is not taken for the next call.
        start_response(f"{status.value} {status.phrase}", [*headers, ("Connection", "close")])
        return [content]

    def _taken(self, environ: dict[str, Any]) -> str:
        """What is answered to a call that GitHub has made. Raises Refused."""
        body = _body(environ)
        self._check_signature(body, environ.get("HTTP_X_HUB_SIGNATURE_256", ""))
        event = environ.get("HTTP_X_GITHUB_EVENT", "")
        if event == "ping":
            log.info("GitHub's webhook reaches shippy")
            return "pong"
        if event not in EVENTS:
            return "nothing to look at"
        self._wake(_repository(body))
        return "thank you"

    def _check_signature(self, body: bytes, given: str) -> None:
        """Told as https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries has it."""
        expected = f"sha256={hmac.digest(self._secret, body, 'sha256').hex()}"
        if hmac.compare_digest(expected.encode(), given.encode()):
            self._warned = False
            return
        if not self._warned:
            # Whoever likes may call: that many calls are no reason for many lines.
            self._warned = True
            log.warning("a call of the webhook has not the signature that the config's secret gives")
        raise Refused(HTTPStatus.UNAUTHORIZED, "the signature is not that of the secret")


def _body(environ: dict[str, Any]) -> bytes:
    if environ["REQUEST_METHOD"] != "POST":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "a webhook of GitHub calls with POST")
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "the length is missing")
    if int(length) > MOST_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "it is too long to be read")
    try:
        body: bytes = environ["wsgi.input"].read(int(length))
    except OSError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "it breaks off") from error
    return body


def _repository(body: bytes) -> str:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"it is not JSON: choose {JSON} for the webhook") from error
    repository = told.get("repository") if isinstance(told, dict) else None
    name = repository.get("full_name") if isinstance(repository, dict) else None
    if not isinstance(name, str):
        raise Refused(HTTPStatus.BAD_REQUEST, "it does not say of which repository it is")
    return name
