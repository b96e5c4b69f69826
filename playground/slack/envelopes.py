"""Socket Mode's envelopes: sent to one connection, acknowledged by id, sent again where that is promised."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.slack.model import Json
from playground.slack.sockets import Socket

EVENTS_API = "events_api"


@dataclass(slots=True)
class Envelope:
    """One envelope on its way. `waits` are the seconds to wait for an acknowledgement, one for each delivery.

    `on_answer` gets what the acknowledgement carries; `on_failure` is called when the last wait is over.
    """

    kind: str
    payload: Json
    waits: tuple[float, ...]
    accepts_response: bool = False
    on_answer: Callable[[Json], None] | None = None
    on_failure: Callable[[], None] | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deliveries: list[Json] = field(default_factory=list)
    acknowledged_at: float | None = None
    timer: asyncio.TimerHandle | None = None

    def wire(self) -> Json:
        retry: Json = {}
        if self.kind == EVENTS_API:
            attempt = len(self.deliveries)
            retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        return {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response,
            **retry,
        }

    def report(self) -> Json:
        return {
            "envelope_id": self.id,
            "type": self.kind,
            "event": self.payload.get("event", {}).get("type"),
            "deliveries": self.deliveries,
            "acknowledged_at": self.acknowledged_at,
        }


class Envelopes:
    """Every envelope since the start, and the clock-work that sends the unacknowledged ones again."""

    def __init__(self) -> None:
        self._all: dict[str, Envelope] = {}

    def reports(self) -> list[Json]:
        return [envelope.report() for envelope in self._all.values()]

    def deliver(self, envelope: Envelope, sockets: list[Socket]) -> None:
        """Sends to an open connection, another one than the last time if there is one; with none, time passes."""
        self._all[envelope.id] = envelope
        if envelope.acknowledged_at is not None:
            return
        attempt = len(envelope.deliveries)
        chosen = self._choose(envelope, sockets)
        if chosen:
            chosen.send(envelope.wire())
        envelope.deliveries.append({"at": time.time(), "socket": chosen.number if chosen else None})
        again = attempt + 1 < len(envelope.waits)
        envelope.timer = asyncio.get_running_loop().call_later(
            envelope.waits[attempt], *((self.deliver, envelope, sockets) if again else (self._give_up, envelope))
        )

    def acknowledge(self, message: Json) -> None:
        """Heeds the first acknowledgement of an envelope; others, and those of unknown ones, mean nothing."""
        envelope = self._all.get(str(message.get("envelope_id")))
        if envelope is None or envelope.acknowledged_at is not None:
            return
        envelope.acknowledged_at = time.time()
        if envelope.timer:
            envelope.timer.cancel()
        answer = message.get("payload")
        if envelope.on_answer and isinstance(answer, dict) and answer:
            envelope.on_answer(answer)

    @staticmethod
    def _choose(envelope: Envelope, sockets: list[Socket]) -> Socket | None:
        if not sockets:
            return None
        tried = [delivery["socket"] for delivery in envelope.deliveries]
        return min(sockets, key=lambda socket: (tried.count(socket.number), -socket.opened_at))

    @staticmethod
    def _give_up(envelope: Envelope) -> None:
        if envelope.on_failure:
            envelope.on_failure()
