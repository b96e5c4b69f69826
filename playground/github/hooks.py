"""Webhooks: whoever has asked for it is called when something has happened, as docs.github.com/en/webhooks has it."""

from __future__ import annotations

import asyncio
import hmac
import json
import uuid
from dataclasses import dataclass

import aiohttp

from playground.github.feed import Feed, Happening

TIMEOUT = aiohttp.ClientTimeout(total=10)
POLL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Hook:
    """`repository` is the full name of that of which it is called, and `events` are the kinds; `*` is all of them."""

    id: int
    repository: str
    url: str
    secret: str
    events: frozenset[str]

    def wants(self, happening: Happening) -> bool:
        of_it = happening.data.get("repository") == self.repository
        return of_it and bool(self.events & {"*", happening.kind})


class Hooks:
    """Each hook is called from a task of its own, one call after the other; what does not answer misses a call."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._calling: dict[int, asyncio.Task[None]] = {}

    def add(self, repository: str, url: str, secret: str, events: frozenset[str]) -> Hook:
        """A hook that is called from now on, first with a ping."""
        hook = Hook(len(self._calling) + 1, repository, url, secret, events)
        self._calling[hook.id] = asyncio.create_task(self._call(hook, self._feed.last))
        return hook

    async def _call(self, hook: Hook, after: int) -> None:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            await _deliver(session, hook, "ping", {"zen": "Keep it logically awesome.", "hook_id": hook.id})
            while True:
                for happening in await self._feed.after(after, POLL_SECONDS):
                    after = happening.number
                    if hook.wants(happening):
                        told = {**happening.data, "repository": {"full_name": hook.repository}}
                        await _deliver(session, hook, happening.kind, told)


async def _deliver(session: aiohttp.ClientSession, hook: Hook, event: str, told: dict[str, object]) -> None:
    body = json.dumps(told).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/playground",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": f"sha256={hmac.digest(hook.secret.encode(), body, 'sha256').hex()}",
    }
    try:
        async with session.post(hook.url, data=body, headers=headers):
            pass
    except (aiohttp.ClientError, TimeoutError):
        # GitHub does not call again by itself, either.
        return
