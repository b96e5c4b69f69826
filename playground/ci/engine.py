"""Docker's Engine API, as far as a build needs it: build an image, push it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

from aiohttp import (
    BaseConnector,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    UnixConnector,
)

# Registries of the playground ask for no name; the API wants the header all the same (base64url of {}).
NO_CREDENTIALS = {"X-Registry-Auth": "e30="}
# A whole build, and the longest that the engine may be silent in it.
TIMEOUT = ClientTimeout(total=600.0, sock_read=120.0)


class BuildFailed(Exception):
    """The engine could not do it, or could not be reached; the text is its reason, in a line."""


class Engine:
    """An engine at tcp://host:port or unix:///path. Use as an asynchronous context manager."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"tcp", "unix"}:
            raise ValueError(f"an engine is at tcp://… or unix://…, not at {url}")
        self._socket = parts.path if parts.scheme == "unix" else None
        self._base = "http://docker" if self._socket else f"http://{parts.netloc}"
        self._version = ""

    async def __aenter__(self) -> Self:
        connector: BaseConnector = UnixConnector(self._socket) if self._socket else TCPConnector()
        self._session = ClientSession(connector=connector, timeout=TIMEOUT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def build(
        self, context: bytes, reference: str, *, labels: Mapping[str, str], arguments: Mapping[str, str]
    ) -> AsyncIterator[str]:
        """Build an image from a tar with a Dockerfile in it, and yield what the engine says on the way.

        Raises:
            BuildFailed: there is no image.
        """
        settings = {
            "t": reference,
            "labels": json.dumps(labels),
            "buildargs": json.dumps(arguments),
            "rm": "1",
            "forcerm": "1",
        }
        async for message in self._post("/build", settings, context, {"Content-Type": "application/x-tar"}):
            for line in str(message.get("stream", "")).splitlines():
                if line.strip():
                    yield line

    async def push(self, reference: str) -> AsyncIterator[str]:
        """Push a tagged image, and yield what the engine says on the way, without the progress of bytes.

        Raises:
            BuildFailed: the registry has not got it.
        """
        name, _, tag = reference.rpartition(":")
        async for message in self._post(f"/images/{quote(name)}/push", {"tag": tag}, b"", NO_CREDENTIALS):
            if message.get("status") and not message.get("progressDetail"):
                yield " ".join(filter(None, (message.get("id"), message["status"])))

    async def _post(
        self, path: str, settings: Mapping[str, str], body: bytes, headers: Mapping[str, str]
    ) -> AsyncIterator[dict[str, Any]]:
        try:
            url = f"{self._base}{await self._prefix()}{path}"
            async with self._session.post(url, params=settings, data=body, headers=headers) as answer:
                await _accept(answer)
                async for line in answer.content:
                    message = json.loads(line)
                    if "error" in message:
                        raise BuildFailed(str(message["error"]).strip())
                    yield message
        except (ClientError, TimeoutError) as error:
            raise BuildFailed(f"the engine does not answer: {error or type(error).__name__}") from error

    async def _prefix(self) -> str:
        """The newest version of the API that this engine speaks."""
        if not self._version:
            async with self._session.get(f"{self._base}/version") as answer:
                await _accept(answer)
                self._version = str((await answer.json())["ApiVersion"])
        return f"/v{self._version}"


async def _accept(answer: ClientResponse) -> None:
    if not answer.ok:
        text = await answer.text()
        raise BuildFailed(f"the engine answers {answer.status}: {text.strip() or answer.reason}")
