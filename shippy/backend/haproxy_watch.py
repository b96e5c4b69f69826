"""Looking at one HAProxy again and again: whole where a glimpse of it has changed, and at little cost otherwise."""

from __future__ import annotations

from collections.abc import Callable

from shippy.backend.haproxy_counts import parse_counts
from shippy.backend.haproxy_glimpse import Glimpse, is_leaving, questions
from shippy.backend.haproxy_pulse import Pulse, Question
from shippy.backend.haproxy_state import State
from shippy.model import SlotCounts, Traffic


class Alike:
    """Balancers do the same, with hundreds of endpoints each: of several that are equal, it gives the first."""

    def __init__(self) -> None:
        self._last: Traffic | None = None

    def one(self, traffic: Traffic) -> Traffic:
        if self._last is None or self._last != traffic:
            self._last = traffic
        return self._last


class Watch:
    """What one HAProxy does for one app. One look at a time.

    Args:
        look: a whole look, over a connection of its own, which reaches the process that takes new ones.
        alike: shared by the app's balancers.
    """

    def __init__(self, pulse: Pulse, app: str, map_name: str, look: Callable[[], State], alike: Alike) -> None:
        self._alike = alike
        self._pulse = pulse
        self._questions = questions(app, map_name)
        self._look = look
        self._last: tuple[Glimpse, Traffic] | None = None

    def ask(self) -> Looking:
        return Looking(self, self._pulse.ask(self._questions))

    def forget(self) -> None:
        """Look at the whole next time: a change begins, and one that is taken back ends with a glimpse from before."""
        self._last = None

    def glimpsed(self, question: Question | None) -> list[bytes] | None:
        """Wait for what a glimpse is made of; None where the kept connection does not tell.

        Raises:
            Unavailable: the HAProxy is silent.
        """
        if question is None and self._pulse.open():
            question = self._pulse.ask(self._questions)
        answers = question.wait() if question else None
        if answers and is_leaving(answers):
            # Its worker waits for its connections.
            self._pulse.close()
            return None
        return answers

    def same(self, answers: list[bytes] | None) -> Traffic | None:
        """What was seen the last time, itself, if these answers say that nothing has changed since."""
        if not (answers and self._last and self._last[0].fits(answers)) or is_leaving(answers):
            return None
        return self._last[1]

    def look_again(self, answers: list[bytes] | None) -> Traffic:
        """A whole look. The answers are older than it, so that whatever changes in between is found by the next."""
        self._last = None
        traffic = self._alike.one(self._look().traffic)
        self._last = (Glimpse.of(answers), traffic) if answers else None
        return traffic


class Looking:
    """A look that is under way. Implements Asked."""

    def __init__(self, watch: Watch, question: Question | None) -> None:
        self._watch = watch
        self._question = question

    def ready(self) -> Traffic | None:
        return self._watch.same(self._question.ready()) if self._question else None

    def wait(self) -> Traffic:
        answers = self._watch.glimpsed(self._question)
        return self._watch.same(answers) or self._watch.look_again(answers)


class Counting:
    """A question for a HAProxy's counters that is under way. Implements Asked.

    Args:
        ask: asks for them over a connection of its own, where the kept one gives no answer.
    """

    def __init__(self, question: Question | None, app: str, ask: Callable[[], SlotCounts]) -> None:
        self._question = question
        self._app = app
        self._ask = ask

    def ready(self) -> SlotCounts | None:
        answers = self._question.ready() if self._question else None
        return self._parsed(answers) if answers else None

    def wait(self) -> SlotCounts:
        answers = self._question.wait() if self._question else None
        return self._parsed(answers) if answers else self._ask()

    def _parsed(self, answers: list[bytes]) -> SlotCounts:
        return parse_counts(answers[0].decode(errors="replace"), self._app)
