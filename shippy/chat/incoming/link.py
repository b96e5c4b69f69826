"""Being connected to Slack, for as long as the daemon runs: one connection after the other, none missing between."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Flag

from shippy.backoff import Backoff
from shippy.chat.incoming.inbound import Heard, Inbound, Signal
from shippy.chat.incoming.receiver import Connection, ConnectionEnded, How, Timing, connect
from shippy.chat.slack import SlackRefused
from shippy.errors import Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: pauses between attempts, how long two connections overlap, how long one lives until it counts as good.

    `crowded` is the least pause after Slack said to stay away (too_many_websockets).
    """

    first: float = 0.5
    most: float = 30.0
    overlap: float = 5.0
    settled: float = 10.0
    crowded: float = 10.0
    timing: Timing = field(default_factory=Timing)


class Line:
    """One connection and the greenlet that reads it. It acknowledges a frame before anything is done with it.

    `greeted` is called at Slack's hello, before anything is delivered. `there_until` (seconds since the epoch) is when
    Slack was last there, once the line has ended.
    """

    def __init__(
        self,
        address: str,
        understand: Callable[[str | bytes], Heard],
        deliver: Callable[[Inbound], None],
        greeted: Callable[[], None],
        pace: Pace,
    ) -> None:
        self.leaving = Flag()
        self.there_until = 0.0
        self.why = ""
        self.retry_after: float | None = None
        self._understand = understand
        self._deliver = deliver
        self._greeted = greeted
        self._pace = pace
        self._ready: AsyncResult[None] = AsyncResult()
        self._greenlet = gevent.spawn(self._run, address)

    def wait_until_ready(self) -> None:
        """Wait for Slack's hello.

        Raises:
            ConnectionEnded: it did not come; nothing is left open.
        """
        try:
            self._ready.get(timeout=self._pace.timing.open)
        except gevent.Timeout:
            self.close()
            raise ConnectionEnded("Slack", "connected, but it never said hello", how=How.SILENT) from None
        except (ConnectionEnded, gevent.GreenletExit):
            # The second: whoever waits was told to stop, and nobody else knows of this line yet.
            self.close()
            raise

    @property
    def ended(self) -> bool:
        return bool(self._greenlet.dead)

    def close(self) -> None:
        self._greenlet.kill()

    def give_way(self) -> None:
        """End when the overlap with the next line is over."""
        gevent.spawn_later(self._pace.overlap, self.close)

    def _run(self, address: str) -> None:
        ended = ConnectionEnded("Slack", "left")
        try:
            with connect(address, self._pace.timing) as connection:
                self._read(connection)
        except ConnectionEnded as error:
            ended = error
        except Exception:
            # The greenlet's error boundary: a bug over one frame ends this connection, and the next one takes over.
            log.exception("a connection to Slack ended because of a bug")
        finally:
            self.why = self.why or ended.why
            self.retry_after = ended.retry_after
            self._ready.set_exception(ended)
            self.leaving.set()

    def _read(self, connection: Connection) -> None:
        try:
            while True:
                self._take_all(connection, connection.receive())
        finally:
            self.there_until = connection.there_until

    def _take_all(self, connection: Connection, frames: Iterable[str | bytes]) -> None:
        """Acknowledge frames all at once, but each before anything is done with it, and none that is not handed on."""
        for frame in frames:
            heard = self._understand(frame)
            if heard.reply is not None:
                connection.write(heard.reply)
            if heard.message is not None or heard.signal is not Signal.NONE:
                connection.flush()
                self._act_on(heard)
        connection.flush()

    def _act_on(self, heard: Heard) -> None:
        if heard.message is not None:
            self._deliver(heard.message)
        match heard.signal:
            case Signal.READY:
                self._greeted()
                self._ready.set(None)
            case Signal.REPLACE:
                self.why = f"Slack asked for a new one: {heard.why}"
                self.leaving.set()
            case Signal.STAY_AWAY:
                raise ConnectionEnded("Slack", f"it sent us away: {heard.why}", self._pace.crowded, How.CLOSED)


class Link:
    """Keeps a line to Slack open: replaced before it ends where Slack gives notice, and else as soon as it has ended.

    Args:
        address: asks Slack for the address of a new connection.
        understand: what a frame means.
        deliver: takes what people do, some of them twice while two lines overlap; must return at once.
        lost: told once, if Slack refuses in a way that lasts before there ever was a connection: something is wrong
            with the config, and no further attempt is made. Later on, attempts go on: a deploy may be running.
        returned: told whenever a line is open after none was, before that line delivers anything, of when there was
            none, in seconds since the epoch: since when, or None for the first line, and until when. That is when it
            began to connect: a hello may take its time, and what is typed meanwhile is as fresh as what it delivers.
            Must return at once.
    """

    def __init__(
        self,
        address: Callable[[], str],
        understand: Callable[[str | bytes], Heard],
        deliver: Callable[[Inbound], None],
        *,
        lost: Callable[[SlackRefused], None],
        returned: Callable[[float | None, float], None],
        pace: Pace | None = None,
    ) -> None:
        self._address = address
        self._understand = understand
        self._deliver = deliver
        self._lost = lost
        self._returned = returned
        self._pace = pace or Pace()
        self._backoff = Backoff(self._pace.first, self._pace.most)
        self._lines: list[Line] = []
        self._greenlet: gevent.Greenlet[..., None] | None = None

    @property
    def connected(self) -> bool:
        return any(not line.leaving.is_set() for line in self._lines)

    def start(self) -> None:
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        if self._greenlet is not None:
            self._greenlet.kill()
        for line in self._lines:
            line.close()

    def _run(self) -> None:
        while True:
            try:
                self._keep(self._open())
            except Unavailable as error:
                if isinstance(error, SlackRefused) and error.lasting and not self._lines:
                    self._lost(error)
                    return
                self._wait(error.why, error.retry_after)
            except Exception:
                # The greenlet's error boundary: whatever a bug does to one attempt, there is a next one.
                log.exception("an attempt to connect to Slack ended because of a bug")
                self._wait("a bug", None)

    def _open(self) -> Line:
        """A line that is ready; the ones before it are left open for a while, as Slack may still use them."""
        address = self._address()
        greeted = partial(self._greeted, time.time())
        line = Line(address, self._understand, self._deliver, greeted, self._pace)
        line.wait_until_ready()
        for old in self._lines:
            old.give_way()
        self._lines = [old for old in self._lines if not old.ended] + [line]
        log.info("connected to Slack")
        return line

    def _greeted(self, connecting_at: float) -> None:
        if all(line.ended for line in self._lines):
            self._returned(max((line.there_until for line in self._lines), default=None), connecting_at)

    def _keep(self, line: Line) -> None:
        since = time.monotonic()
        line.leaving.wait()
        if time.monotonic() - since >= self._pace.settled:
            self._backoff.reset()
        self._wait(line.why, line.retry_after)

    def _wait(self, why: str, at_least: float | None) -> None:
        pause = self._backoff.pause(at_least)
        log.warning("the next connection to Slack is tried in %.1f s: %s", pause, why)
        gevent.sleep(pause)
