"""Before a daemon: waiting for a journal that another one has. And its end, at once, when it may have lost it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from gevent.event import Event as Flag

from shippy.chat.incoming.intake import Intake
from shippy.chat.local import LocalSocket
from shippy.config import Config
from shippy.errors import JournalFailed, StandingBy
from shippy.journal import SqlJournal, open_journal
from shippy.journal.claim import Claim
from shippy.journal.deadline import Deadline
from shippy.journal.lease import Holder, this_process
from shippy.journal.opening import can_be_shared, claim_to
from shippy.voice import Voice

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""Between two looks at the lease of the one that is active."""

FAREWELL_SECONDS = 0.5


class Standby:
    """Waits for the journal of a config; until then it answers at the local socket, and talks to nobody else."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._leaving = Flag()
        self._active = StandingBy("")

    @property
    def leaving(self) -> bool:
        """Whether it was told to leave."""
        return self._leaving.is_set()

    def leave(self) -> None:
        """Wait no longer: `journal` ends."""
        self._leaving.set()

    def journal(self) -> SqlJournal | None:
        """The journal, once no other daemon has it; None where this one was told to leave before.

        Raises:
            JournalFailed: it cannot be used, or it is a file and another daemon has it.
            Unavailable: the local socket cannot be made.
        """
        if not can_be_shared(self._config.journal):
            return open_journal(self._config.journal, guard=Deadline())
        claim = claim_to(self._config.journal, this_process(str(self._config.control)), Deadline())
        found: SqlJournal | Holder | None = claim.attempt()
        if isinstance(found, SqlJournal):
            return found
        with self._answering():
            while not isinstance(found, SqlJournal):
                self._tell(found)
                if self._leaving.wait(LOOK_SECONDS):
                    claim.close()
                    return None
                found = self._look(claim)
        log.info("this shippy takes over")
        return found

    def _tell(self, active: Holder | None) -> None:
        told = StandingBy(str(active), active.control) if active else StandingBy("")
        if told != self._active and active:
            log.info("standby: %s is active", active)
        self._active = told

    def _look(self, claim: Claim) -> SqlJournal | Holder | None:
        try:
            return claim.attempt()
        except JournalFailed as error:
            if self._active.holder:
                log.warning("standby: %s", error.why)
            return None

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Whoever asks at the local socket is told that this is not the one."""
        config, intake, voice = self._config, Intake(), Voice(self._config)
        local = LocalSocket(config.name, config.control, intake=intake, render=voice.render, narrate=voice.narrate)
        local.start()
        answering = gevent.spawn(self._answer, intake)
        try:
            yield
        finally:
            intake.stop()
            answering.join(timeout=FAREWELL_SECONDS)
            local.stop(FAREWELL_SECONDS)

    def _answer(self, intake: Intake) -> None:
        for request in intake.requests():
            request.answer(self._active)
            request.close()
