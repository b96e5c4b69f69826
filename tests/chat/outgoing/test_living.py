"""Each deploy has one message, which shows it as it is: seldom edited, never behind for good, in nobody's way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import gevent
import pytest

from shippy.backoff import Backoff
from shippy.chat.outgoing.details import Details
from shippy.chat.outgoing.living import MOST_MESSAGES, LivingMessages
from shippy.chat.outgoing.living_message import Draw, Pace
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackRefused
from shippy.errors import JournalFailed, Unavailable
from shippy.events import (
    Announced,
    ApprovalAsked,
    Committed,
    Drained,
    Entry,
    Event,
    HostGaveUp,
    Joined,
    Judged,
    Left,
    Mended,
    Part,
    Prepared,
    Preparing,
    ShareChanged,
    ShipsLocked,
    Started,
    SwappedBack,
    TurnCame,
    Undoing,
    Undone,
)
from shippy.model import (
    ApprovalReason,
    Deploy,
    Endpoint,
    HostProgress,
    HostStep,
    Judgement,
    Live,
    Opinion,
    Person,
    Phase,
    Place,
    Rule,
    Setback,
    Share,
    Slot,
)
from tests.chat.examples import NOON
from tests.chat.rig import until
from tests.fakes.board import FakeBoard, FakeCard, draw

DANA, KIM, ROOT = Person("U1", "dana"), Person("U2", "kim"), Person("local:root", "root", local=True)
KEY = ("d1", "web")
QUICK = Pace(between=0.05, refresh=30, first=0.01, most=0.02)
CHANNELS = {"#deploys": "C1", "#ops": "C2"}
STARTED = Started(*KEY, "production", "feature-x", DANA, Place("C1", "1.1"))
BEGUN = Deploy(*KEY, "production", "feature-x", DANA, Place("C1", "1.1"), NOON)


def at(percent: int) -> Deploy:
    return replace(BEGUN, phase=Phase.ROLLING, share=Share.of_percent(percent))


def entry(event: Event) -> Entry:
    return Entry(1, NOON, event)


def words(happened: Entry, deploy: Deploy | None) -> str | None:
    return f"{type(happened.event).__name__} of {deploy.ref if deploy else 'nobody'}"


@dataclass
class Stage:
    """A daemon's part that shows deploys, on a board. `announced` is what it told of its messages."""

    board: FakeBoard = field(default_factory=FakeBoard)
    pace: Pace = QUICK
    draw: Draw = draw
    announced: list[tuple[str, Place]] = field(default_factory=list)
    journal_fails: bool = False

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new daemon, which knows nothing of the messages of the one before."""
        self.outbox = Outbox(self.board, backoff=Backoff(0.01, 0.02))
        self.outbox.start()
        self.living = LivingMessages(
            board=self.board,
            outbox=self.outbox,
            channels=tuple(CHANNELS),
            channel_id=CHANNELS.__getitem__,
            draw=self.draw,
            details=Details(words, words, lambda _, __: ("U9",)),
            announced=self._announced,
            pace=self.pace,
        )

    def _announced(self, deploy: str, message: Place) -> None:
        if self.journal_fails:
            raise JournalFailed("the disk is full")
        self.announced.append((deploy, message))

    def hears(self, event: Event, deploy: Deploy) -> None:
        self.living.heard(entry(event), deploy)

    def changes(self, percent: int) -> None:
        """The share of the deploy is this now."""
        self.hears(ShareChanged(*KEY, DANA, Share(0), Share.of_percent(percent)), at(percent))

    def begins(self) -> None:
        self.hears(STARTED, BEGUN)
        self.shows("checking 0 %")

    def shows(self, text: str) -> None:
        """Wait until it is what stands on the board."""
        until(lambda: text in self.board.shown.values(), f"{text} among {self.board.shown}", seconds=5)

    def says(self, text: str) -> None:
        until(lambda: text in [said for _, said, _ in self.board.said], f"{text} among {self.board.said}", seconds=5)

    def end(self) -> None:
        self.living.stop(2)
        self.outbox.stop(2)


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.end()


# One message


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (Place("C1", "1.1"), "C1"),
        (Place("C2", "1.1"), "C2"),
        (Place("D7", direct=True), "C1"),
        (Place("C9", "1.1"), "C1"),
        (Place(), "C1"),
    ],
    ids=["a channel", "another channel", "direct message", "a channel that is not configured", "the shell"],
)
def test_a_deploy_is_shown_in_the_channel_where_it_was_typed_and_else_in_the_first(
    stage: Stage, typed: Place, shown: str
) -> None:
    stage.hears(STARTED, replace(BEGUN, place=typed))
    until(lambda: stage.announced, "the message")
    assert stage.board.channels == {"ts.1": shown}
    assert stage.announced == [("d1", Place(shown, "ts.1"))]


def test_the_message_is_edited_in_place_and_there_is_no_other(stage: Stage) -> None:
    stage.begins()
    for percent in (5, 25):
        stage.changes(percent)
        stage.shows(f"rolling {percent} %")
    stage.hears(Committed(*KEY), replace(at(100), phase=Phase.COMMITTED))
    stage.shows("committed 100 %")
    assert stage.board.edits == ["rolling 5 %", "rolling 25 %", "committed 100 %"]
    assert len(stage.board.channels) == 1


def test_two_deploys_have_a_message_each(stage: Stage) -> None:
    stage.begins()
    stage.hears(Started("d2", "api", "api", "fix", KIM, Place("C1", "2.2")), replace(BEGUN, id="d2", share=Share(100)))
    stage.shows("checking 1 %")
    stage.changes(5)
    stage.shows("rolling 5 %")
    assert sorted(stage.board.shown.values()) == ["checking 1 %", "rolling 5 %"]


def test_a_message_that_somebody_deletes_is_posted_anew_while_its_deploy_runs(stage: Stage) -> None:
    stage.begins()
    stage.board.delete("ts.1")
    stage.changes(5)
    stage.shows("rolling 5 %")
    assert [place for _, place in stage.announced] == [Place("C1", "ts.1"), Place("C1", "ts.1")]


# How often


def test_a_hundred_events_make_few_edits_and_the_last_state_arrives() -> None:
    stage = Stage(pace=replace(QUICK, between=0.2))
    stage.begins()
    began = time.monotonic()
    for number in range(100):
        stage.changes(number)
        gevent.sleep(0.005)
    stage.shows("rolling 99 %")
    took = time.monotonic() - began
    assert 2 <= len(stage.board.edits) <= took / 0.2 + 1
    stage.end()


def test_what_is_shown_already_is_not_sent_again(stage: Stage) -> None:
    stage.begins()
    stage.hears(Preparing(*KEY, Slot.GREEN, (), ()), BEGUN)
    stage.hears(Announced(*KEY, Place("C1", "ts.1")), BEGUN)
    stage.changes(5)
    stage.shows("rolling 5 %")
    assert stage.board.edits == ["rolling 5 %"]


def test_a_card_that_shows_the_time_is_drawn_anew_by_itself() -> None:
    ages = iter(range(1_000))
    stage = Stage(
        pace=replace(QUICK, refresh=0.05),
        draw=lambda deploy, progress: replace(draw(deploy, progress), text=f"{next(ages)} min"),
    )
    stage.hears(STARTED, BEGUN)
    stage.shows("3 min")
    stage.end()


# Slack on its bad days


def test_whoever_tells_of_an_event_never_waits_for_slack(stage: Stage) -> None:
    stage.board.up.clear()
    began = time.monotonic()
    for number in range(100):
        stage.hears(STARTED, BEGUN)
        stage.changes(number)
        stage.living.progressed(BEGUN, HostProgress("web1", HostStep.PULLING, number))
    assert time.monotonic() - began < 0.5
    stage.board.up.set()
    stage.shows("rolling 99 % web1:99")


def test_after_an_absence_of_slack_the_newest_state_is_shown_and_none_in_between(stage: Stage) -> None:
    stage.begins()
    stage.board.failures = [Unavailable("Slack", "down")] * 5
    for percent in (5, 25, 50):
        stage.changes(percent)
        gevent.sleep(0.01)
    stage.shows("rolling 50 %")
    assert stage.board.edits == ["rolling 50 %"]


def test_retry_after_is_respected(stage: Stage) -> None:
    stage.begins()
    stage.board.failures = [Unavailable("Slack", "ratelimited", retry_after=0.3)]
    began = time.monotonic()
    stage.changes(5)
    stage.shows("rolling 5 %")
    assert time.monotonic() - began >= 0.3


def test_a_deploy_that_ends_while_slack_is_gone_is_shown_with_its_end_and_its_details(stage: Stage) -> None:
    stage.board.up.clear()
    stage.hears(STARTED, BEGUN)
    gevent.sleep(0)
    stage.hears(Committed(*KEY), replace(at(100), phase=Phase.COMMITTED))
    stage.board.up.set()
    stage.shows("committed 100 %")
    stage.says("<@U9> Committed of feature-x")
    assert len(stage.board.channels) == 1


def test_a_post_whose_answer_was_lost_is_found_again_and_not_made_twice(stage: Stage) -> None:
    stage.board.lost_answers = 1
    stage.hears(STARTED, BEGUN)
    stage.changes(5)
    stage.shows("rolling 5 %")
    until(lambda: stage.announced, "the message that was found again")
    assert stage.announced == [("d1", Place("C1", "ts.1"))]
    assert len(stage.board.channels) == 1


def test_what_slack_refuses_is_logged_and_the_next_state_is_shown(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.begins()
    stage.board.failures = [SlackRefused("Slack", "chat.update: msg_blocks_too_long", code="msg_blocks_too_long")]
    stage.changes(5)
    until(lambda: not stage.board.failures, "the refusal")
    stage.changes(25)
    stage.shows("rolling 25 %")
    assert "msg_blocks_too_long" in caplog.text


def test_a_card_that_cannot_be_drawn_keeps_no_later_one_from_being_shown(caplog: pytest.LogCaptureFixture) -> None:
    def broken_at_five(deploy: Deploy, progress: Mapping[str, HostProgress]) -> FakeCard:
        if deploy.share == Share(500):
            raise ZeroDivisionError
        return draw(deploy, progress)

    stage = Stage(draw=broken_at_five)
    stage.begins()
    stage.changes(5)
    until(lambda: "ZeroDivisionError" in caplog.text, "the bug")
    stage.changes(25)
    stage.shows("rolling 25 %")
    stage.end()


def test_a_journal_that_does_not_take_the_message_keeps_it_from_nothing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.journal_fails = True
    stage.begins()
    stage.changes(5)
    stage.shows("rolling 5 %")
    assert "could not be recorded" in caplog.text


# The hosts on their way


def test_progress_is_shown_until_its_host_has_settled_and_not_again_after(stage: Stage) -> None:
    stage.begins()
    ready = replace(BEGUN, ready=(Endpoint("web1", "10.0.0.1", 1),))
    failed = replace(ready, setbacks=(Setback("web2", HostStep.PULLING, "no space"),))
    for host in ("web1", "web2"):
        stage.living.progressed(BEGUN, HostProgress(host, HostStep.PULLING, 40))
    stage.shows("checking 0 % web1:40 web2:40")
    stage.hears(Prepared(*KEY), ready)
    stage.shows("checking 0 % web2:40")
    stage.hears(Prepared(*KEY), failed)
    stage.shows("checking 0 %")
    for host in ("web1", "web2"):
        stage.living.progressed(failed, HostProgress(host, HostStep.CHECKING, 99))
    stage.changes(5)
    stage.shows("rolling 5 %")


# Restarts and ends


def test_a_restarted_daemon_goes_on_with_the_same_message(stage: Stage) -> None:
    stage.begins()
    stage.end()
    stage.restart()
    stage.living.adopt(replace(at(25), message=Place("C1", "ts.1")))
    stage.shows("rolling 25 %")
    stage.changes(50)
    stage.shows("rolling 50 %")
    assert len(stage.board.channels) == 1


@pytest.mark.parametrize("posted", [True, False])
def test_a_running_deploy_of_which_no_message_is_known_gets_the_one_that_it_has_or_its_first(
    stage: Stage, posted: bool
) -> None:
    if posted:
        stage.begins()
    stage.end()
    stage.restart()
    stage.living.adopt(at(25))
    stage.shows("rolling 25 %")
    assert list(stage.board.channels) == ["ts.1"]
    assert stage.announced[-1] == ("d1", Place("C1", "ts.1"))


def test_an_ended_deploy_of_an_earlier_daemon_is_brought_up_to_date_and_gets_no_new_message(stage: Stage) -> None:
    stage.begins()
    stage.end()
    stage.restart()
    ended = replace(at(100), phase=Phase.COMMITTED)
    stage.living.adopt(replace(ended, id="d0"))
    stage.living.adopt(replace(ended, message=Place("C1", "ts.1")))
    stage.shows("committed 100 %")
    assert list(stage.board.channels) == ["ts.1"]


def test_what_happens_to_a_deploy_after_its_end_is_shown_and_told_on_its_message(stage: Stage) -> None:
    stage.begins()
    ended = replace(at(100), phase=Phase.COMMITTED)
    stage.hears(Committed(*KEY), ended)
    stage.shows("committed 100 %")
    stage.hears(Drained(*KEY, Slot.BLUE, cut=2), replace(ended, share=Share(9_000), drained=True))
    stage.shows("committed 90 %")
    stage.says("<@U9> Drained of feature-x")
    assert list(stage.board.channels) == ["ts.1"]


def test_the_channel_is_told_when_production_goes_back_also_of_a_deploy_that_has_no_message(stage: Stage) -> None:
    back = SwappedBack(*KEY, Slot.BLUE, Live(Slot.BLUE, "d0", "a" * 40), ())
    typed_elsewhere = replace(BEGUN, place=Place("C2", "1.1"))
    stage.hears(STARTED, typed_elsewhere)
    stage.shows("checking 0 %")
    stage.hears(back, replace(typed_elsewhere, phase=Phase.UNDOING))
    stage.shows("undoing 0 %")
    stage.hears(replace(back, deploy="d0"), replace(BEGUN, id="d0", phase=Phase.UNDONE))
    until(lambda: len(stage.board.said) == 2, "both")
    told = "<@U9> SwappedBack of feature-x"
    assert sorted(stage.board.said) == [("#deploys", told, None), ("C2", told, None)]


def test_the_channel_is_told_when_somebody_else_has_to_approve_and_only_then(stage: Stage) -> None:
    stage.begins()
    stage.hears(ApprovalAsked(*KEY, ()), BEGUN)
    stage.hears(ApprovalAsked(*KEY, (ApprovalReason(Rule.ALWAYS, "each deploy needs it"),)), BEGUN)
    until(lambda: len(stage.board.said) == 1, "that somebody has to")
    ((_, told, thread),) = stage.board.said
    assert (told, thread) == ("<@U9> ApprovalAsked of feature-x", None)


def test_a_restarted_daemon_shows_on_the_same_message_what_happens_after_the_end(stage: Stage) -> None:
    stage.begins()
    stage.end()
    stage.restart()
    warm = replace(at(100), phase=Phase.COMMITTED, message=Place("C1", "ts.1"))
    stage.living.adopt(warm)
    stage.shows("committed 100 %")
    stage.hears(Undoing(*KEY, KIM, "a reason"), replace(warm, phase=Phase.UNDOING))
    stage.shows("undoing 100 %")
    stage.hears(Undone(*KEY), replace(warm, phase=Phase.UNDONE))
    stage.shows("undone 100 %")
    stage.says("<@U9> Undone of feature-x")
    assert list(stage.board.channels) == ["ts.1"]


def test_a_verdict_is_told_once_however_often_it_changes(stage: Stage) -> None:
    stage.begins()
    judged = Judged(*KEY, Judgement(Opinion.WORSE, (), 60.0, Share.of_percent(25)))
    for _ in range(3):
        stage.hears(judged, at(25))
    stage.hears(Prepared(*KEY), at(25))
    stage.says("<@U9> Prepared of feature-x")
    assert [said for _, said, _ in stage.board.said] == ["<@U9> Judged of feature-x", "<@U9> Prepared of feature-x"]


def test_the_stop_gives_the_last_state_its_time(stage: Stage) -> None:
    stage.begins()
    stage.changes(5)
    stage.living.stop(5)
    assert list(stage.board.shown.values()) == ["rolling 5 %"]
    stage.changes(25)
    gevent.sleep(0.1)
    assert list(stage.board.shown.values()) == ["rolling 5 %"]


def test_the_stop_does_not_wait_for_a_slack_that_is_gone(stage: Stage) -> None:
    stage.board.up.clear()
    stage.hears(STARTED, BEGUN)
    began = time.monotonic()
    stage.living.stop(0.1)
    assert time.monotonic() - began < 1
    stage.board.up.set()


# The thread


def test_details_wait_for_the_message_and_come_in_order_in_its_thread(stage: Stage) -> None:
    stage.board.up.clear()
    stage.hears(STARTED, BEGUN)
    stage.hears(HostGaveUp(*KEY, "web2", HostStep.PULLING, "no space"), BEGUN)
    stage.hears(ShareChanged(*KEY, DANA, Share(0), Share(500)), at(5))
    stage.hears(Prepared(*KEY), BEGUN)
    stage.board.up.set()
    stage.says("<@U9> Prepared of feature-x")
    assert stage.board.said == [
        ("C1", "<@U9> HostGaveUp of feature-x", "ts.1"),
        ("C1", "<@U9> Prepared of feature-x", "ts.1"),
    ]


def test_the_owner_is_told_once_of_each_person_who_waits(stage: Stage) -> None:
    stage.begins()
    for person in (KIM, KIM, ROOT):
        stage.living.heard_of_lock(entry(Joined("production", person, Place("C1", "3.3"))), BEGUN)
    until(lambda: len(stage.board.said) == 2, "two notices")
    gevent.idle()
    assert stage.board.said == [("C1", "<@U1> Joined of feature-x", "ts.1")] * 2


def test_an_owner_in_the_shell_is_told_without_a_mention(stage: Stage) -> None:
    owned = replace(BEGUN, owner=ROOT)
    stage.hears(STARTED, owned)
    stage.living.heard_of_lock(entry(Joined("production", KIM, Place("C1", "3.3"))), owned)
    stage.says("Joined of feature-x")


def test_whoever_waits_is_called_where_they_joined_when_it_is_their_turn(stage: Stage) -> None:
    stage.living.heard_of_lock(entry(TurnCame("production", KIM, Place("D5", direct=True))), None)
    stage.living.heard_of_lock(entry(TurnCame("production", ROOT, Place())), None)
    stage.says("<@U2> TurnCame of nobody")
    assert stage.board.said == [("D5", "<@U2> TurnCame of nobody", None)]


def test_what_closes_ships_is_told_in_the_first_channel_and_calls_nobody(stage: Stage) -> None:
    stage.living.heard_of_lock(entry(ShipsLocked("production", DANA, "lunch")), None)
    stage.living.heard_of_lock(entry(Left("production", KIM, "did not come")), BEGUN)
    stage.says("Left of feature-x")
    assert stage.board.said == [("#deploys", "ShipsLocked of nobody", None), ("#deploys", "Left of feature-x", None)]


def test_what_is_seen_of_an_app_is_told_in_the_first_channel(stage: Stage) -> None:
    stage.living.heard_of_app(entry(Mended("web", Part.BALANCER, "lb<1>")))
    stage.says("web: something was wrong with the balancer lb&lt;1&gt;; it has been put right.")
    assert stage.board.said[0][0] == "#deploys"


def test_so_many_ended_deploys_wait_for_a_slack_that_is_away_and_no_more(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.board.up.clear()
    for number in range(MOST_MESSAGES + 5):
        begun = replace(BEGUN, id=f"d{number}")
        stage.hears(replace(STARTED, deploy=begun.id), begun)
        stage.hears(Committed(begun.id, "web"), replace(begun, phase=Phase.COMMITTED))
    given_up = [record.args[0] for record in caplog.records if isinstance(record.args, tuple) and record.args]
    assert given_up == [f"d{number}" for number in range(5)]
    stage.board.up.set()
    until(lambda: len(stage.board.shown) == MOST_MESSAGES, "the others", seconds=20)
