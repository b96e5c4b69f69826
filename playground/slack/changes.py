"""What has changed in the workspace, numbered, for the page and for tests that wait."""

from __future__ import annotations

import asyncio

from playground.slack.history import History
from playground.slack.model import Happening, Json, Kind
from playground.slack.payloads import Payloads


class Changes:
    """A list of changes that only grows: {"seq": 1, 2, …, "kind": …} and what belongs to the kind.

    Kinds: message (as it is now, new or changed), deleted, joined, presence, hint, bookmarks, unanswered.
    """

    def __init__(self, history: History, payloads: Payloads) -> None:
        self._history = history
        self._payloads = payloads
        self._changes: list[Json] = []
        self._more = asyncio.Event()
        self.stopped = False

    @property
    def last(self) -> int:
        return len(self._changes)

    def add(self, kind: str, **content: object) -> None:
        self._changes.append({"seq": self.last + 1, "kind": kind, **content})
        self._more.set()
        self._more = asyncio.Event()

    def stop(self) -> None:
        """Nothing more will change: whoever waits need not."""
        self.stopped = True
        self._more.set()

    def since(self, seq: int) -> list[Json]:
        return self._changes[seq:]

    async def wait(self, seq: int, seconds: float) -> list[Json]:
        """The changes after `seq`: at once if there are some, else as soon as there are, or none after `seconds`."""
        if self.last <= seq and not self.stopped:
            try:
                await asyncio.wait_for(self._more.wait(), seconds)
            except TimeoutError:
                return []
        return self.since(seq)

    def happened(self, happening: Happening) -> None:
        """Tells of a happening. A reply also changes the root that it hangs on."""
        if happening.kind is Kind.JOINED:
            self.add("joined", channel=happening.channel, user=happening.actor)
        elif happening.kind is Kind.DELETED and happening.previous:
            self.add("deleted", channel=happening.channel, ts=happening.previous.ts)
        elif happening.message:
            self.add("message", message=self._payloads.full(happening.message))
        message = happening.message or happening.previous
        if message and message.is_reply and happening.kind in {Kind.POSTED, Kind.DELETED}:
            root = self._history.get(message.channel, message.thread_ts or "")
            self.add("message", message=self._payloads.full(root))
