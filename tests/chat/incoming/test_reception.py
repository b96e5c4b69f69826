"""What comes in is handled in its order, and neither a bug nor a journal that fails ends that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent
import pytest

from shippy.chat.directory import Profile
from shippy.chat.incoming.door import Door, Room
from shippy.chat.incoming.inbound import Inbound, Message, Pressed, Slash
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.presence import Gap
from shippy.chat.incoming.reception import PATIENCE_SECONDS, Reception, TypedSince
from shippy.chat.slack import Identity
from shippy.errors import Missed, NotRecognised, ShuttingDown, Unavailable
from shippy.events import CommandEnded, CommandReceived
from shippy.model import Person, Place
from tests.chat.rig import until
from tests.fakes.chat import FakeRequest
from tests.fakes.journal import FakeJournal

ROOM = Room("shippy", Identity("U0BOT", "shippy", "T1"), ("C1",))
LONG = Gap(1000.0, 1240.0)


@dataclass
class Everybody:
    """Lets anybody in, but for the user BUG, and the user GUEST. `gone` is raised instead, once a question each.

    Who SLOW is takes a minute to be told, and with `hangs` who anybody is.
    """

    gone: list[Unavailable] = field(default_factory=list)
    hangs: bool = False

    def profile(self, user: str) -> Profile:
        if self.hangs or user == "SLOW":
            gevent.sleep(60.0)
        if self.gone:
            raise self.gone.pop()
        if user == "BUG":
            raise ZeroDivisionError
        return Profile(guest=user == "GUEST", bot=False)

    def of(self, channel: str) -> frozenset[str]:
        return frozenset({channel})


def typed(text: str, at: float, user: str = "U1") -> Message:
    return Message("C1", user, f"shippy {text}", f"{at:.6f}")


@dataclass
class Desk:
    """`taken` is what went into the intake; `requests` is all that a request was made of."""

    reception: Reception
    intake: Intake
    journal: FakeJournal
    requests: list[FakeRequest]
    taken: list[str] = field(default_factory=list)


@contextmanager
def desk(
    typed_since: TypedSince = lambda _: [],
    journal: FakeJournal | None = None,
    people: Everybody | None = None,
    patience: float = PATIENCE_SECONDS,
) -> Iterator[Desk]:
    people = people or Everybody()
    requests: list[FakeRequest] = []

    def request_of(inbound: Inbound, text: str) -> FakeRequest:
        requests.append(FakeRequest(text, id=inbound.key, place=Place(inbound.channel)))
        return requests[-1]

    intake, journal = Intake(), journal or FakeJournal()
    reception = Reception(
        ROOM,
        Door(ROOM, people, people),
        intake=intake,
        journal=journal,
        request_of=request_of,
        typed_since=typed_since,
        unnoticed=5.0,
        patience=patience,
    )
    made = Desk(reception, intake, journal, requests)

    def take() -> None:
        for request in intake.requests():
            made.taken.append(request.text)

    main_loop = gevent.spawn(take)
    try:
        yield made
    finally:
        reception.stop()
        intake.stop()
        main_loop.join(timeout=5)


def test_commands_are_taken_in_the_order_in_which_they_came_and_each_once() -> None:
    with desk() as made:
        for number in (1, 2, 1, 3, 2):
            made.reception.put(typed(f"logs {number}", float(number)))
        until(lambda: len(made.taken) == 3, "three commands")
        assert made.taken == ["logs 1", "logs 2", "logs 3"]


def test_what_an_earlier_daemon_received_is_not_taken_again() -> None:
    journal = FakeJournal()
    handled = typed("abort", 1.0)
    request = FakeRequest("abort", id=handled.key)
    journal.append(CommandReceived(request.id, request.person, request.place, request.text))
    with desk(journal=journal) as made:
        made.reception.put(handled)
        made.reception.put(typed("status", 2.0))
        until(lambda: made.taken, "a command")
        assert made.taken == ["status"]


def test_what_was_typed_in_a_long_gap_is_journalled_and_answered_and_what_slack_delivers_of_it_too() -> None:
    with desk(lambda _: [typed("abort", 1100.0)]) as made:
        made.reception.put(LONG)
        made.reception.put(typed("abort", 1100.0))
        made.reception.put(typed("rollout 50", 1200.0))
        made.reception.put(typed("status", 1250.0))
        until(lambda: made.taken, "a command")
        assert made.taken == ["status"]
        assert [(request.text, request.answers) for request in made.requests] == [
            ("abort", [Missed(240.0)]),
            ("rollout 50", [Missed(240.0)]),
            ("status", []),
        ]
        ends = [event for event in made.journal.events if isinstance(event, CommandEnded)]
        assert [(end.outcome, end.why) for end in ends] == [("missed", "nobody listened for 240 s")] * 2


def test_buttons_and_slash_commands_are_never_late() -> None:
    with desk() as made:
        made.reception.put(LONG)
        made.reception.put(Pressed("C1/1", "U1", "C1", 1100.0, "rollout 25", "d1", "1.1"))
        made.reception.put(Slash("C1/2", "U1", "C1", 1100.0, "status"))
        until(lambda: len(made.taken) == 2, "both")


def test_what_was_typed_in_a_short_gap_runs_ahead_of_what_came_after_it() -> None:
    with desk(lambda oldest: [typed("rollout 50", 1001.0)] if 995 < oldest < 1000 else []) as made:
        made.reception.put(Gap(1000.0, 1003.0))
        made.reception.put(typed("rollout 5", 1004.0))
        until(lambda: len(made.taken) == 2, "both")
        assert made.taken == ["rollout 50", "rollout 5"]


def test_a_history_that_does_not_come_holds_up_nothing_for_long_and_is_read_later() -> None:
    answers: list[Callable[[], list[Message]]] = [refuse, refuse, lambda: [typed("rollout 50", 1001.0)]]
    with desk(lambda _: answers.pop(0)()) as made:
        made.reception.put(Gap(1000.0, 1003.0))
        made.reception.put(typed("status", 1004.0))
        until(lambda: made.taken, "what is typed now")
        until(lambda: len(made.requests) == 2, "what was typed before")
        assert made.taken == ["status"]
        assert made.requests[1].answers == [Missed(3.0)]


def refuse() -> list[Message]:
    raise Unavailable("Slack", "no answer")


def test_a_bug_over_one_message_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with desk() as made:
        made.reception.put(typed("abort", 1.0, user="BUG"))
        made.reception.put(typed("status", 2.0))
        until(lambda: made.taken, "the next command")
        assert made.taken == ["status"]
    assert "ZeroDivisionError" in caplog.text


def test_a_journal_that_fails_keeps_nobody_from_an_answer() -> None:
    with desk() as made:
        made.journal.fail()
        made.reception.put(LONG)
        made.reception.put(typed("abort", 1100.0))
        until(lambda: made.requests and made.requests[0].answers, "an answer")
        assert made.requests[0].answers == [Missed(240.0)]


def test_while_the_daemon_stops_whoever_types_is_told() -> None:
    with desk() as made:
        made.intake.stop()
        made.reception.put(typed("ship feature-x", 1.0))
        until(lambda: made.requests and made.requests[0].answers, "an answer")
        assert made.requests[0].answers == [ShuttingDown()]


def test_what_was_refused_while_the_daemon_stops_is_in_the_journal_so_that_the_next_one_does_not_run_it() -> None:
    with desk() as made:
        made.intake.stop()
        message = typed("ship feature-x", 1.0)
        made.reception.put(message)
        until(lambda: made.requests and made.requests[0].answers, "an answer")
        assert made.journal.handled(message.key)


PRESS = Pressed("C1/press", "U1", "C1", 1.0, "rollout 25", "d1", "1.1")
SLASH = Slash("C1/slash", "U2", "C1", 1.0, "status")


def test_one_answer_of_slack_that_fails_keeps_nobody_out() -> None:
    with desk(people=Everybody([Unavailable("Slack", "users.info: no answer")])) as made:
        made.reception.put(typed("status", 1.0))
        until(lambda: made.taken, "the command")


def test_whoever_slack_takes_long_to_tell_of_holds_up_nobody_else_for_long_and_who_is_known_not_either() -> None:
    people = Everybody()
    with desk(people=people) as made:
        made.reception.put(typed("queue", 1.0, user="U2"))
        until(lambda: made.taken, "the first command")
        made.reception.put(typed("ship feature-x", 2.0, user="SLOW"))
        made.reception.put(typed("status", 3.0, user="U3"))
        until(lambda: len(made.taken) == 2, "somebody else's", seconds=4.0)
        people.hangs = True
        made.reception.put(typed("abort", 4.0, user="U2"))
        until(lambda: len(made.taken) == 3, "that of whom is known", seconds=4.0)
        assert made.taken == ["queue", "status", "abort"]


def test_what_somebody_does_runs_in_its_order_also_where_slack_tells_late_who_they_are() -> None:
    with desk(people=Everybody([Unavailable("Slack", "users.info: no answer")])) as made:
        made.reception.put(typed("ship feature-x", 1.0))
        made.reception.put(PRESS)
        made.reception.put(typed("status", 2.0, user="U2"))
        until(lambda: len(made.taken) == 3, "three commands")
        assert made.taken == ["status", "ship feature-x", "rollout 25"], "nobody else waits"


def test_what_has_waited_for_too_long_is_answered_and_not_run() -> None:
    with desk(people=Everybody([Unavailable("Slack", "users.info: no answer")]), patience=0.1) as made:
        made.reception.put(PRESS)
        until(lambda: made.requests and made.requests[0].answers, "an answer")
        assert isinstance(made.requests[0].answers[0], NotRecognised)
        made.reception.put(typed("status", 2.0))
        until(lambda: made.taken, "the next command")
        assert made.taken == ["status"]


def test_a_guest_hears_nothing_also_where_slack_tells_late_that_it_is_one() -> None:
    with desk(people=Everybody([Unavailable("Slack", "users.info: no answer")])) as made:
        made.reception.put(typed("status", 1.0, user="GUEST"))
        made.reception.put(typed("status", 2.0))
        until(lambda: made.taken, "somebody else's")
        made.reception.put(typed("hosts", 3.0, user="GUEST"))
        made.reception.put(typed("queue", 4.0))
        until(lambda: len(made.taken) == 2, "somebody else's")
        assert len(made.requests) == 2


def test_who_presses_a_button_or_gives_a_slash_command_just_before_a_stop_is_told() -> None:
    with desk() as made:
        made.reception.put(PRESS)
        made.reception.put(SLASH)
        made.reception.put(Slash("C1/guest", "GUEST", "C1", 1.0, "status"))
        made.reception.put(typed("status", 2.0))
        made.reception.stop()
        assert [(request.id, request.answers) for request in made.requests] == [
            (PRESS.key, [ShuttingDown()]),
            (SLASH.key, [ShuttingDown()]),
        ], "a message is found by the next daemon"
        received = [event.person for event in made.journal.events if isinstance(event, CommandReceived)]
        assert received == [Person("U1", "U1"), Person("U2", "U2")], "and nobody's name is asked for at a stop"


def test_a_stop_waits_a_second_at_most_for_slack_to_tell_who_pressed_and_tells_them_all_the_same() -> None:
    with desk(people=Everybody(hangs=True)) as made:
        made.reception.put(PRESS)
        gevent.idle()
        made.reception.put(SLASH)
        with gevent.Timeout(3.0):
            made.reception.stop()
        assert [request.answers for request in made.requests] == [[ShuttingDown()]] * 2


def test_who_waits_for_slack_to_tell_who_they_are_is_told_of_a_stop_too() -> None:
    people = Everybody([Unavailable("Slack", "users.info: no answer", retry_after=60.0)])
    with desk(people=people) as made:
        made.reception.put(PRESS)
        until(lambda: not people.gone, "a question")
        made.reception.stop()
        assert [request.answers for request in made.requests] == [[ShuttingDown()]]
