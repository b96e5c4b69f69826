"""What goes to the thread, and how it looks there: only those who are called are mentioned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.chat import markup
from shippy.chat.outgoing.details import Details, belongs_in_thread, concerns_everybody, told_once
from shippy.events import (
    Aborting,
    Committed,
    Drained,
    Entry,
    Event,
    HostGaveUp,
    HostReady,
    ImageResolved,
    Joined,
    Judged,
    Prepared,
    RampStopped,
    Resolved,
    ShareChanged,
    SwappedBack,
    Undoing,
    Undone,
)
from shippy.model import (
    ALL,
    NONE,
    Endpoint,
    HostStep,
    Image,
    Judgement,
    Live,
    Opinion,
    Person,
    Place,
    Revision,
    Setback,
    Share,
    Slot,
)
from tests.chat.examples import NOON, deploy_in

KEY = ("d1", "web")
DANA = Person("U1", "dana")
DEPLOY = deploy_in(Place("C1", "1.1"))
REVISION = Revision("feature-x", "a" * 40)
LOUD = "<!channel> @channel ```<@U2>"


def entry(event: Event) -> Entry:
    return Entry(1, NOON, event)


def details(*called: str) -> Details:
    def narrate(happened: Entry, _: object) -> str | None:
        event = happened.event
        told = [event.reason, *event.log] if isinstance(event, HostGaveUp) else [type(event).__name__]
        return markup.message("\n".join(told))

    return Details(narrate, narrate, lambda _, __: called)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Prepared(*KEY), True),
        (Committed(*KEY), True),
        (Resolved(*KEY, REVISION, Live(Slot.BLUE), None, drift="master lacks it"), True),
        (Resolved(*KEY, REVISION, Live(Slot.BLUE), None), False),
        (Resolved(*KEY, REVISION, Live(Slot.BLUE), None, behind=3), True),
        (ImageResolved(*KEY, Image("acme/web:1", "sha256:1"), recorded=True), True),
        (ImageResolved(*KEY, Image("acme/web:1", "sha256:1")), False),
        (ImageResolved(*KEY, Image("acme/web:1", "sha256:1"), there=("web1",)), True),
        (Drained(*KEY, Slot.BLUE, cut=1), True),
        (Drained(*KEY, Slot.BLUE, cut=0), False),
        (Drained(*KEY, Slot.BLUE, cut=0, counted=False), True),
        (Aborting(*KEY, DANA, "no host came up", failing=True), False),
        (Aborting(*KEY, DANA, "the header looks wrong"), False),
        (Undoing(*KEY, DANA, "the cart is empty"), False),
        (Undone(*KEY), True),
        (RampStopped(*KEY, "web2 has failed"), True),
        (RampStopped(*KEY, "kim has typed a share", Person("U2", "kim")), True),
        (RampStopped(*KEY, "alice has typed a share", DEPLOY.owner), False),
        (HostReady(*KEY, Endpoint("web1", "10.0.0.1", 80)), False),
        (ShareChanged(*KEY, DANA, NONE, ALL), False),
        (Joined("production", DANA, Place("C1")), False),
    ],
)
def test_the_thread_has_what_the_message_cannot_show_and_is_quiet_besides(event: Event, told: bool) -> None:
    assert belongs_in_thread(entry(event), DEPLOY) is told


def failures_told(*failures: tuple[HostStep, str]) -> list[int]:
    """Which of these, that come one after the other, are told in the thread."""
    told = []
    setbacks: tuple[Setback, ...] = ()
    for number, (step, reason) in enumerate(failures):
        setbacks += (Setback(f"web{number}", step, reason),)
        gave_up = entry(HostGaveUp(*KEY, f"web{number}", step, reason))
        told += [number] if belongs_in_thread(gave_up, replace(DEPLOY, setbacks=setbacks)) else []
    return told


def test_of_many_hosts_that_fail_the_first_ones_are_told() -> None:
    assert failures_told(*((HostStep.PULLING, f"reason {number}") for number in range(200))) == list(range(10))


def test_hosts_that_fail_alike_are_told_once() -> None:
    exited, full = (HostStep.CHECKING, "it exited"), (HostStep.PULLING, "no space")
    assert failures_told(exited, exited, full, (HostStep.STARTING, "it exited"), full, exited) == [0, 2, 3]


def judged(opinion: Opinion, *, aborting: bool = False) -> Entry:
    return entry(Judged(*KEY, Judgement(opinion, (), 60.0, Share.of_percent(25)), aborting))


def test_a_bad_verdict_is_told_in_the_thread_once_and_once_more_where_it_takes_the_deploy_back() -> None:
    told = [opinion for opinion in Opinion if belongs_in_thread(judged(opinion), DEPLOY)]
    assert told == [Opinion.WORSE]
    assert told_once(judged(Opinion.WORSE)) == told_once(judged(Opinion.WORSE))
    assert told_once(judged(Opinion.WORSE)) not in {None, told_once(judged(Opinion.WORSE, aborting=True))}
    assert told_once(entry(Prepared(*KEY))) is None


def test_that_production_is_back_on_the_release_from_before_concerns_everybody() -> None:
    back = entry(SwappedBack(*KEY, Slot.BLUE, Live(Slot.BLUE, "d0", "a" * 40), ()))
    assert concerns_everybody(back)
    assert not belongs_in_thread(back, DEPLOY)
    assert not concerns_everybody(entry(Committed(*KEY)))


def test_the_text_begins_with_those_whom_it_calls() -> None:
    assert details("U1", "W2").of(entry(Prepared(*KEY)), DEPLOY) == "<@U1> <@W2> Prepared"
    assert details().of(entry(Prepared(*KEY)), DEPLOY) == "Prepared"
    joined = entry(Joined("production", DANA, Place("C1")))
    assert details().of_lock(joined, DEPLOY, ["U1"]) == "<@U1> Joined"


def test_the_log_of_a_container_is_a_block_of_code_in_which_nothing_is_live() -> None:
    gave_up = HostGaveUp(*KEY, "web2", HostStep.CHECKING, "it exited", 3, ("Traceback", LOUD))
    text = details("U1").of(entry(gave_up), DEPLOY)
    assert text is not None
    told, block = text.split("\n", 1)
    assert told == "<@U1> it exited"
    quotes = markup.BACKTICK_LOOKALIKE * 3
    assert block == f"```\nTraceback\n&lt;!channel&gt; {markup.FULLWIDTH_AT}channel {quotes}&lt;@U2&gt;\n```"


def test_what_has_no_words_is_not_told_even_where_it_would_call_somebody() -> None:
    silent = Details(lambda _, __: None, lambda _, __: None, lambda _, __: ("U1",))
    assert silent.of(entry(Prepared(*KEY)), DEPLOY) is None
    assert silent.of_lock(entry(Joined("production", DANA, Place("C1"))), None, ["U1"]) is None


@pytest.mark.parametrize("id_", ["!channel", "U1> <!here", "local:root", "u1", ""])
def test_what_is_no_id_of_a_user_is_never_a_mention(id_: str) -> None:
    assert "<" not in markup.mention(id_)
