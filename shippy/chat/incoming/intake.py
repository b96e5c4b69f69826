"""Where all that is typed to the bot comes together, whichever way it came."""

from __future__ import annotations

from collections.abc import Iterator

from gevent.queue import Queue

from shippy.errors import ShippyError
from shippy.ports import Request


class Intake:
    """The queue between those who receive and the main loop. It is bounded: who fills it waits."""

    def __init__(self, capacity: int = 1_000) -> None:
        self._queue: Queue[Request | ShippyError | None] = Queue(capacity)
        self._open = True

    def put(self, request: Request) -> bool:
        """Hand a request to the main loop; False if the intake is stopped, and nobody will take it."""
        taken = self._open
        if taken:
            # It may be stopped while this one waits for room, and gives it out all the same.
            self._queue.put(request)
        return taken

    def fail(self, error: ShippyError) -> None:
        """End the intake because a source cannot go on: `requests` raises the error to the main loop."""
        self._queue.put(error)

    def stop(self) -> None:
        """Take nothing more. What was taken is still given out; then `requests` ends."""
        if self._open:
            self._open = False
            self._queue.put(None)

    def requests(self) -> Iterator[Request]:
        """What was typed, one after the other, until `stop`.

        Raises:
            ShippyError: a source cannot go on, such as SlackRefused with a token that is not valid.
        """
        while True:
            item = self._queue.get()
            if item is None:
                return
            if isinstance(item, ShippyError):
                raise item
            yield item
