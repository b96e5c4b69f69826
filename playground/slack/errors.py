"""How a request is refused, in Slack's words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that Slack would answer with {"ok": false, "error": code}, and what else that answer carries."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class RateLimited(Refused):
    """Too many requests: Slack answers with HTTP 429 and a Retry-After of whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after
