"""Whatever a deploy is called and however long its texts are: Slack takes the card, and it mentions nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.chat.card import card
from shippy.chat.card.limits import fitted, shortened
from shippy.model import (
    Author,
    CheckResult,
    Closure,
    Deploy,
    Endpoint,
    HostProgress,
    HostStep,
    Judgement,
    Live,
    Measure,
    Opinion,
    Person,
    Phase,
    PullRequest,
    Ramp,
    Revision,
    Setback,
    Share,
    Slot,
    Turns,
    Verdict,
)
from shippy.sentences.leaving import REVERTING_PULL
from tests.chat.card.scenes import ALL_PHASES, ENDED, STARTED, scene, valid

LONG = 40_000
NASTY = ["<!channel>", "<@U1>", "@here", "<https://x.example/|", "&", "`", "*", "```", "\u202e", "\u200b", "\n", "> "]


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("feature-x", 20, "feature-x"),
        ("feature-x", 9, "feature-x"),
        ("feature-x", 8, "feature…"),
        ("one\n two\t three", 20, "one two three"),
        ("\u200b\u202e", 20, "…"),
        ("", 20, "…"),
        ("\u200b" * LONG + "x", 20, "…"),
        ("x" * LONG, 5, "xxxx…"),
    ],
)
def test_a_text_is_cut_to_what_can_be_seen(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


def test_lines_beyond_the_room_are_counted() -> None:
    assert fitted(["one", "two", "three"], 100) == "one\ntwo\nthree"
    assert fitted(["a" * 10] * 5, 40) == f"{'a' * 10}\n{'a' * 10}\n… and 3 more"
    assert fitted(["a" * 100], 40) == "… and 1 more"


def everything(phase: Phase, text: str, url: str, count: int) -> Deploy:
    """A deploy in which every text is this one, and of everything there are so many."""
    person, names = Person("U1", text), tuple(f"{text}{number}" for number in range(count))
    verdicts = tuple(Verdict)
    return Deploy(
        id="260101-120000-ab12",
        app=text,
        lock=text,
        ref=text,
        owner=person,
        place=ALL_PHASES[0].place,
        started=STARTED,
        phase=phase,
        revision=Revision(text, text, text, PullRequest(12, text, url, text)),
        live=Live(Slot.BLUE, text, text),
        drift=text,
        diff_url=url,
        commits=count,
        authors=tuple(Author(None, name, text) for name in names),
        checks=tuple(CheckResult(name, verdicts[index % 4], text, url) for index, name in enumerate(names)),
        slot=Slot.GREEN,
        hosts=names,
        ready=tuple(Endpoint(name, "10.0.0.1", 80) for name in names[::3]),
        setbacks=tuple(Setback(name, HostStep.PULLING, text) for name in names[1::3]),
        connected=True,
        share=Share(2500),
        merged=text if phase is Phase.COMMITTED else None,
        reason=text,
        ramp=Ramp(tuple(map(Share, range(1, count + 1))), 30.0, ENDED, person),
        judgement=Judgement(
            Opinion.WORSE,
            tuple(Measure(name, Opinion.WORSE, text, text, 1, 2, text) for name in names),
            60.0,
            Share(2500),
            1e9,
        ),
        undone_by=person,
        revert=PullRequest(13, text, url, text),
        left=names,
        ended=ENDED if phase.ended else None,
    )


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("character", ["x", "&", "<", "*", "`", "@", "💥", "\u0301", "\u200b", "\n"])
def test_forty_thousand_characters_and_fifty_of_everything_fit(phase: Phase, character: str) -> None:
    text = character * LONG
    deploy = everything(phase, text, f"https://x.example/{character * 300}", 50)
    progress = [HostProgress(host, HostStep.PULLING, 50) for host in deploy.hosts]
    waiting = Turns((deploy.owner,) * 50, None, Closure(deploy.owner, text, STARTED))
    links = {f"{text[:200]}{number}": f"https://x.example/{character * 300}" for number in range(50)}
    around = {"vip": deploy.diff_url or "", "links": links, "turns": waiting, "stalled": True, "pins": True}
    valid(card(scene(deploy, progress, **around)))  # type: ignore[arg-type]  # keywords, each of its own type


@pytest.mark.parametrize("phase", Phase)
def test_a_thousand_hosts_fit_in_every_phase(phase: Phase) -> None:
    deploy = everything(phase, "host", "https://x.example/", 1_000)
    valid(card(scene(deploy, [HostProgress(host, HostStep.CREATING) for host in deploy.hosts])))


texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=12).map("".join)
urls = texts.map("https://x.example/{}".format) | texts
percents = st.none() | st.integers(0, 100)
shares = st.integers(0, 10_000).map(Share)
opinions = st.sampled_from(Opinion)
counts = st.integers(0, 10**12)
seconds = st.floats(0, 1e9)
moments = st.timedeltas(timedelta(days=-9), timedelta(days=9)).map(ENDED.__add__)
ramps = st.builds(
    Ramp, st.lists(shares, max_size=20).map(tuple), seconds, st.none() | moments, st.just(ALL_PHASES[0].owner)
)
measures = st.builds(Measure, texts, opinions, texts, texts, counts, counts, texts)
judgements = st.builds(
    Judgement, opinions, st.lists(measures, max_size=9).map(tuple), seconds, shares, st.none() | seconds
)


@st.composite
def scenes_of_anything(draw: st.DrawFn) -> tuple[Deploy, list[HostProgress], dict[str, object]]:
    phase = draw(st.sampled_from(Phase))
    count = draw(st.integers(0, 12))
    deploy = everything(phase, draw(texts), draw(urls), count)
    deploy = replace(
        deploy,
        ref=draw(texts),
        reason=draw(texts),
        drift=draw(st.none() | texts),
        revision=draw(st.sampled_from([None, deploy.revision])),
        live=Live(Slot.BLUE, None, draw(st.none() | texts)),
        share=Share(draw(st.integers(0, 10_000))),
        connected=draw(st.booleans()),
        merged=draw(st.none() | texts),
        swapped=draw(st.booleans()),
        failing=draw(st.booleans()),
        retiring=draw(st.booleans()),
        drained=draw(st.booleans()),
        left=draw(st.sampled_from([(), deploy.left, (REVERTING_PULL,)])),
        ramp=draw(st.none() | ramps),
        judgement=draw(st.none() | judgements),
        undone_by=draw(st.sampled_from([None, deploy.owner])),
        revert=draw(st.sampled_from([None, deploy.revert])),
        ended=STARTED + draw(st.timedeltas(timedelta(0), timedelta(days=9))) if phase.ended else None,
    )
    steps = st.sampled_from(HostStep)
    progress = [HostProgress(host, draw(steps), draw(percents)) for host in deploy.hosts]
    turns = Turns((deploy.owner,) * count, None, draw(st.sampled_from([None, Closure(deploy.owner, "", STARTED)])))
    around = {"vip": draw(urls), "links": {draw(texts): draw(urls)}, "turns": turns}
    around |= {"warm_until": draw(st.none() | moments), "stalled": draw(st.booleans()), "pins": draw(st.booleans())}
    return deploy, progress, around


@given(scenes_of_anything())
def test_any_deploy_at_all_gives_a_card_that_slack_takes_and_that_mentions_nobody(
    anything: tuple[Deploy, list[HostProgress], dict[str, object]],
) -> None:
    deploy, progress, around = anything
    valid(card(scene(deploy, progress, **around)))  # type: ignore[arg-type]  # keywords, each of its own type
