"""Looking at one HAProxy again and again: whole where a glimpse of it has changed, and at little cost otherwise."""

from __future__ import annotations

from collections.abc import Callable

from shippy.backend.asking import Asked
from shippy.backend.haproxy.glimpse import Glimpse, glimpse, is_leaving, questions
from shippy.backend.haproxy.pulse import Answers, Asking, Pulse
from shippy.backend.haproxy.state import State
from shippy.model import Traffic


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
        self._changes = 0

    def ask(self) -> Asked[Traffic]:
        return Asking(self._pulse.ask(self._questions), self._same, self._look_again)

    def forget(self) -> None:
        """Look at the whole next time: a change begins, and one that is taken back ends with a glimpse from before."""
        self._last = None
        self._changes += 1

    def _same(self, answers: Answers) -> Traffic | None:
        """What was seen the last time, itself, if these answers say that nothing has changed since."""
        if self._last is None or is_leaving(answers) or glimpse(self._questions, answers) != self._last[0]:
            return None
        return self._last[1]

    def _look_again(self, answers: Answers | None) -> Traffic:
        """A whole look. The answers are older than it, so that whatever changes in between is found by the next."""
        answers = answers or self._answers_of_another_connection()
        if answers and is_leaving(answers):
            # Its worker waits for its connections.
            self._pulse.close()
            answers = None
        self._last, changes = None, self._changes
        traffic = self._alike.one(self._look().traffic)
        if answers and changes == self._changes:
            self._last = glimpse(self._questions, answers), traffic
        return traffic

    def _answers_of_another_connection(self) -> Answers | None:
        question = self._pulse.ask(self._questions) if self._pulse.open() else None
        return question.wait() if question else None
