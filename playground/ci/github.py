"""What the CI asks of GitHub: to be told of pushes, and to put a status on a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import ClientError, ClientSession, ClientTimeout

POLL_SECONDS = 25.0
TIMEOUT = ClientTimeout(total=POLL_SECONDS + 15.0)
# GitHub can be told to fail, and to fail for a while. A build's outcome is worth trying again for.
STATUS_ATTEMPTS = 60
PAUSE_SECONDS = 1.0
LONGEST_DESCRIPTION = 140
DELETED = "0" * 40

State = Literal["pending", "success", "failure", "error"]


@dataclass(frozen=True, slots=True)
class Push:
    branch: str
    commit: str


class GitHub:
    """The playground's GitHub at `url`, seen from the CI of one repository."""

    def __init__(self, session: ClientSession, url: str, full_name: str) -> None:
        self._session = session
        self._url = url
        self._full_name = full_name
        self._token = ""

    @property
    def clone_url(self) -> str:
        return f"{self._url}/{self._full_name}.git"

    async def pushes(self) -> AsyncIterator[Push]:
        """All pushes that there were and will be, once each; waits for GitHub where it does not answer."""
        last = 0
        while True:
            try:
                events = await self._ask("GET", f"/playground/events?after={last}&timeout={POLL_SECONDS}")
            except (ClientError, TimeoutError):
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            for event in events:
                last, data = event["number"], event["data"]
                if event["kind"] == "push" and data["repository"] == self._full_name and data["after"] != DELETED:
                    yield Push(data["branch"], data["after"])

    async def set_status(self, commit: str, context: str, state: State, description: str, url: str) -> None:
        """Put a status on a commit; tried again for a minute, and then given up."""
        given = {
            "state": state,
            "context": context,
            "description": description[:LONGEST_DESCRIPTION],
            "target_url": url,
        }
        for _ in range(STATUS_ATTEMPTS):
            try:
                await self._ask("POST", f"/api/v3/repos/{self._full_name}/statuses/{commit}", given)
            except (ClientError, TimeoutError):
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def _ask(self, method: str, path: str, given: object = None) -> Any:
        if not self._token:
            me = {"login": "ci", "name": "CI", "email": "ci@acme.example", "bot": True}
            async with self._session.post(self._url + "/playground/people", json=me, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                self._token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._session.request(
            method, self._url + path, json=given, headers=headers, timeout=TIMEOUT
        ) as answer:
            answer.raise_for_status()
            return await answer.json()
