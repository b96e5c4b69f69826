"""The way of one command: parse, may they, run, answer; and the boundary behind which no error gets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gevent

from shippy.answers import Answer, Told
from shippy.commands.parser import only_asks, parse
from shippy.commands.rights import Rights
from shippy.commands.verb import Command, Context, Pushing, Verb
from shippy.errors import ApprovalMissing, InternalError, JournalFailed, Refused, ShippyError, ShuttingDown, StaleButton
from shippy.events import CommandEnded, CommandReceived, Event
from shippy.ports import Journal, Request
from shippy.sentences import explain

log = logging.getLogger(__name__)

DONE = "done"


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Runs each request in the greenlet that calls `handle`, which raises nothing but LeaseLost."""

    journal: Journal
    rights: Rights
    context: Callable[[Request], Context]

    def handle(self, request: Request) -> None:
        """Run a request and answer it. The journal has whatever acts before it is run, and how everything ended.

        What only asks, it gets as a whole once the answer has left. Whoever has lost the journal answers nothing.
        """
        unwritten: list[Event] = [CommandReceived(request.id, request.person, request.place, request.text)]
        if only_asks(request.text):
            self.journal.check()
        else:
            self._note(unwritten)
            unwritten = []
        outcome, why = "bug", ""
        try:
            answer = self._run_unless_stopped(request)
            outcome, why = _outcome(answer)
            _answer(request, answer)
        except ShippyError as error:
            outcome, why = "refused" if isinstance(error, Refused) else "failed", explain(error)
            log.info("%s: %r by %s: %s", outcome, request.text, request.person.id, why)
            _answer(request, error)
        except Exception as bug:
            why = repr(bug)
            log.exception("a bug, in the request %s: %r", request.id, request.text)
            _answer(request, InternalError(request.id))
        finally:
            self._note([*unwritten, CommandEnded(request.id, outcome, why)])
            request.close()

    def _run_unless_stopped(self, request: Request) -> Answer:
        try:
            return self._run(request)
        except gevent.GreenletExit:
            # The daemon stops, and cuts it off where it waits. What had begun is in the journal.
            raise ShuttingDown from None

    def _run(self, request: Request) -> Answer:
        verb, command = parse(request.text)
        context = self.context(request)
        _still_meant(request, verb, context)
        pushed_to = command.pushes_to(context) if isinstance(command, Pushing) else None
        self.rights.require(verb.right, request.person, request.place, pushed_to)
        # Who may is asked of others, and one deploy may have followed another meanwhile.
        _still_meant(request, verb, context)
        try:
            return command.run(context)
        except ApprovalMissing as missing:
            raise self.rights.naming_who_may(missing) from missing

    def _note(self, events: Sequence[Event]) -> None:
        """A command that the journal cannot take is still answered; what it does to a deploy needs the journal."""
        try:
            self.journal.append_all(events)
        except JournalFailed:
            log.exception("not journalled: %s", events)


def _answer(request: Request, answer: Answer | ShippyError) -> None:
    """It is on its way when this returns, before the journal has the disk busy."""
    request.answer(answer)
    gevent.sleep(0)


def _outcome(answer: Answer) -> tuple[str, str]:
    if isinstance(answer, Told) and not answer.reached:
        return str(answer.deploy.phase), answer.deploy.reason
    return DONE, ""


def _still_meant(request: Request, verb: Verb[Command], context: Context) -> None:
    """What was offered for one deploy must not happen to the next. Raises StaleButton."""
    if request.expects is not None and request.expects not in {deploy.id for deploy in verb.about(context)}:
        raise StaleButton(verb.name)
