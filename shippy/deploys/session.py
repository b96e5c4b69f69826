"""One running deploy: its state, its way into the journal, and the one step that may be in flight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import gevent
from gevent.event import Event as Flag
from gevent.lock import BoundedSemaphore, RLock

from shippy.deploys import phases, state
from shippy.deploys.notebook import Notebook
from shippy.errors import Preempted, ShippyError, ShuttingDown, StepInFlight, TooLate, WrongPhase
from shippy.events import Elsewhere, Entry, Event, StoodStill
from shippy.model import Deploy, HostProgress, Judgement, Phase
from shippy.ports import Listener

T = TypeVar("T")

CLIMB = "the climb's next step"
"""The name of a step that nobody has typed: whoever types one waits for its end, and is not refused for it."""


class Step(Generic[T]):
    """Work in a greenlet of its own, so that it can be stopped while the command that waits for it lives on."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self.name = name
        self._stopped_by: ShippyError = Preempted(name)
        self._greenlet = gevent.spawn(self._outcome, work)

    @staticmethod
    def _outcome(work: Callable[[], T]) -> T | ShippyError:
        try:
            return work()
        except ShippyError as error:
            return error

    def result(self) -> T:
        """Wait for the work's result; raises its error, or the one that the step was stopped with."""
        outcome: T | ShippyError | gevent.GreenletExit = self._greenlet.get()
        if isinstance(outcome, gevent.GreenletExit):
            raise self._stopped_by
        if isinstance(outcome, ShippyError):
            raise outcome
        return outcome

    def stop(self, why: ShippyError | None = None) -> None:
        """Stop it where it waits; returns when it has cleaned up after itself. Without a reason it is Preempted."""
        self._stopped_by = why or self._stopped_by
        self._greenlet.kill()


class Session:
    """A running deploy. Everything that changes it goes through `record`: the journal first, then whoever listens.

    `judgement` has the newest numbers of both releases; of those, the journal has only what was said. `last` is the
    last entry of what the deploy itself has come to, and not of what others do.
    """

    def __init__(self, entries: Sequence[Entry], notebook: Notebook, listener: Listener) -> None:
        self.deploy: Deploy = state.folded(entries)
        self.last = next(entry for entry in reversed(entries) if not isinstance(entry.event, Elsewhere))
        self.judgement: Judgement | None = None
        self.moved_at = max(entry.at for entry in entries if not isinstance(entry.event, StoodStill | Elsewhere))
        self._notebook = notebook
        self._listener = listener
        self._step: Step[Any] | None = None
        self._step_over = Flag()
        self._traffic_is_left_alone = False
        self._aborting = False
        self._aborted = Flag()
        self._aborted.set()
        self._no_return = BoundedSemaphore(1)
        # What is checked is so still when it is recorded: a journal over a network lets others run meanwhile.
        self._recording = RLock()

    @property
    def key(self) -> tuple[str, str]:
        """The deploy's id and app, which every event of it begins with."""
        return self.deploy.id, self.deploy.app

    def record(self, event: Event) -> Entry:
        """Journal an event, and only then let it be true.

        Raises:
            JournalFailed: nothing has changed, and what the event announces must not be done.
        """
        with self._recording:
            phases.check(self.deploy.phase, event)
            return self._apply(self._notebook.append(event))

    def record_all(self, events: Sequence[Event]) -> None:
        """Like `record`, for events of one moment, of which none leads into another phase: all of them or none."""
        with self._recording:
            for event in events:
                phases.check(self.deploy.phase, event)
            for entry in self._notebook.append_all(events):
                self._apply(entry)

    def note(self, event: Event) -> Entry:
        """Like `record`, for the way back: traffic must return to the live release even if the journal is broken."""
        with self._recording:
            phases.check(self.deploy.phase, event)
            return self._apply(self._notebook.note(event))

    def _apply(self, entry: Entry) -> Entry:
        self.deploy = state.after(self.deploy, entry)
        if not isinstance(entry.event, StoodStill | Elsewhere):
            self.moved_at = entry.at
        if not isinstance(entry.event, Elsewhere):
            self.last = entry
        self._listener.heard(entry, self.deploy)
        return entry

    def progressed(self, progress: HostProgress) -> None:
        self._listener.progressed(self.deploy, progress)

    @property
    def busy(self) -> bool:
        """Whether a step or an abort is under way, which changes hosts or balancers itself."""
        return self._step is not None or self._aborting

    @property
    def at_work(self) -> bool:
        """Whether what is under way does more than wait for checks: until then it is for hosts as if nobody shipped."""
        deploy = self.deploy
        waits = deploy.phase is Phase.CHECKING and deploy.waiting_until is not None and deploy.image is None
        return self.busy and not waits

    @property
    def moves_traffic(self) -> bool:
        """Whether what is under way may be changing the balancers just now: nobody else may hold them to the record."""
        return self.busy and not self._traffic_is_left_alone

    @contextmanager
    def leaving_traffic_alone(self) -> Iterator[None]:
        """What is inside changes nothing on the balancers, and may take long: they are held to the record meanwhile.

        Whatever is recorded inside must not change what they should do, and they must do it when this is entered.
        """
        self._traffic_is_left_alone = True
        try:
            yield
        finally:
            self._traffic_is_left_alone = False

    def step(self, name: str, work: Callable[[], T], entering: Phase | None = None) -> T:
        """Run the one step that may be in flight and return its result.

        Raises:
            WrongPhase: the deploy cannot enter the phase from where it is.
            StepInFlight: another step is.
            Preempted: an abort stopped it.
        """
        if name != CLIMB:
            self.wait_for_climb()
        if self.deploy.phase.ended and self.deploy.phase is not Phase.COMMITTED:
            # Somebody has aborted it after it had begun and before this: only what is committed can begin once more.
            raise Preempted(name)
        if self._aborting:
            raise WrongPhase(name, Phase.ABORTING)
        if self._step is not None:
            raise StepInFlight(name, self._step.name)
        if entering is not None and not phases.may_enter(self.deploy.phase, entering):
            raise WrongPhase(name, self.deploy.phase)
        step = Step(name, work)
        self._step = step
        self._step_over.clear()
        try:
            return step.result()
        finally:
            self._step = None
            self._step_over.set()

    def wait_for_climb(self) -> None:
        """Wait for the end of a climb's step, if one is in flight."""
        while self._step is not None and self._step.name == CLIMB:
            self._step_over.wait()

    @contextmanager
    def point_of_no_return(self) -> Iterator[None]:
        """What is inside is not pre-empted half done: an abort waits for its end and then sees what came of it."""
        with self._no_return:
            yield

    @contextmanager
    def preempting(self) -> Iterator[bool]:
        """Stop the step in flight and let none begin while the way back is gone; only one such way at a time.

        Gives False where another abort was under way: it has come to its end by then.

        Raises:
            TooLate: the branch is merged, and the way back has not been begun all the same.
        """
        with self._no_return:
            if self.deploy.merged is not None and self.deploy.phase is not Phase.ABORTING:
                raise TooLate(self.deploy.merged)
            first = not self._aborting
            if first:
                self._aborting = True
                self._aborted.clear()
                if self._step is not None:
                    self._step.stop()
        if not first:
            self._aborted.wait()
            yield False
            return
        try:
            yield True
        finally:
            self._aborting = False
            self._aborted.set()

    def wait_for_abort(self) -> None:
        """Wait for the end of the abort that is under way, if one is."""
        self._aborted.wait()

    def suspend(self) -> None:
        """Stop the step in flight for a shutdown: the journal has what a restarted daemon needs to go on."""
        with self._no_return:
            if self._step is not None:
                self._step.stop(ShuttingDown())
