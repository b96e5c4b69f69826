"""A deploy in each of its phases, what a card of it shows, and whether Slack would take it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from playground.slack.blocks import checked
from shippy.chat.card import Card, Scene, card
from shippy.chat.markup import escape
from shippy.model import (
    ALL,
    Author,
    CheckResult,
    Deploy,
    Endpoint,
    HostProgress,
    HostStep,
    Live,
    Person,
    Phase,
    Place,
    PullRequest,
    Ramp,
    Revision,
    Setback,
    Share,
    Slot,
    Turns,
    Verdict,
)

STARTED = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENDED = STARTED + timedelta(minutes=12)
WARM_UNTIL = ENDED + timedelta(minutes=15)
DANA, KIM, LEE = Person("U1", "dana"), Person("U2", "kim"), Person("U3", "lee")
COMMIT, LIVE, MERGE = "1a2b3c4d" * 5, "99887766" * 5, "77e1f2a3" * 5
HOSTS = ("web1", "web2", "web3")
ENDPOINTS = tuple(Endpoint(host, "10.0.0.1", 32_768 + number) for number, host in enumerate(HOSTS))
PULL = PullRequest(12, "Make the button green", "https://github.example.com/acme/web/pull/12", "master")
BUILT = CheckResult("ci/build", Verdict.PASSED, "built", "https://ci.example.com/1")
UNSIGNED = CheckResult("qa/sign-off", Verdict.PENDING, "nobody has looked at it yet.", "https://qa.example.com/1")
BEHIND = CheckResult("up to date", Verdict.FAILED, "behind master by 2 commits")
UNREAD = CheckResult("security", Verdict.UNREADABLE, "GitHub did not answer")
WEB3_FAILED = Setback("web3", HostStep.CHECKING, "it exited with code 3")

STARTING = Deploy(
    id="260101-120000-ab12",
    app="web",
    lock="production",
    ref="green-button",
    owner=DANA,
    place=Place("C1", "1.1"),
    started=STARTED,
)
CHECKING = replace(
    STARTING,
    revision=Revision("green-button", COMMIT, "green-button", PULL),
    live=Live(Slot.BLUE, "d0", LIVE),
    diff_url="https://github.example.com/acme/web/compare/9988...1a2b",
    commits=3,
    authors=(Author("dana", "Dana W", "dana@example.com"), Author(None, "Kim Okafor", "kim@example.com")),
)
PREPARING = replace(CHECKING, phase=Phase.PREPARING, checks=(BUILT,), slot=Slot.GREEN, hosts=HOSTS)
VERIFYING = replace(PREPARING, phase=Phase.VERIFYING, ready=ENDPOINTS, connected=True)
ROLLING = replace(VERIFYING, phase=Phase.ROLLING, share=Share.of_percent(25))
FULL = replace(ROLLING, share=ALL)
COMMITTING = replace(FULL, phase=Phase.COMMITTING)
UNMERGED = replace(FULL, phase=Phase.UNMERGED, reason="GitHub refused the merge: the head has moved")
ABORTING = replace(ROLLING, phase=Phase.ABORTING, reason="errors in checkout")
COMMITTED = replace(COMMITTING, phase=Phase.COMMITTED, merged=MERGE, swapped=True, drained=True, ended=ENDED)
WARM = replace(COMMITTED, drained=False, swapped_at=ENDED)
UNDOING = replace(WARM, phase=Phase.UNDOING, ended=None, reason="the cart is empty", undone_by=KIM)
UNDONE = replace(UNDOING, phase=Phase.UNDONE, swapped=False, drained=True, ended=ENDED)
BLOCKED = "2 of 3 checks are in the way:\n… qa/sign-off\n✗ up to date"
REFUSED = replace(CHECKING, phase=Phase.REFUSED, checks=(BUILT, UNSIGNED, BEHIND), reason=BLOCKED, ended=ENDED)
FAILED = replace(
    PREPARING,
    phase=Phase.FAILED,
    ready=ENDPOINTS[:2],
    setbacks=(WEB3_FAILED,),
    reason="only 2 hosts came up, but 3 are needed: web3 (it exited with code 3) failed",
    ended=ENDED,
)
CLIMBING = replace(
    ROLLING,
    ramp=Ramp((Share.of_percent(50), ALL), every=300.0, due=ENDED + timedelta(minutes=3), by=DANA),
)
PAUSED = replace(ROLLING, ramp=Ramp((Share.of_percent(50), ALL), every=300.0, due=None, by=DANA, left=60.0))
REVERT = PullRequest(13, "Revert: Make the button green", "https://github.example.com/acme/web/pull/13", "master")
ABORTED = replace(ROLLING, phase=Phase.ABORTED, reason="errors in checkout", ended=ENDED)
ALL_PHASES = (
    *(STARTING, CHECKING, PREPARING, VERIFYING, ROLLING, CLIMBING, PAUSED, FULL, COMMITTING, UNMERGED),
    *(ABORTING, COMMITTED, WARM, UNDOING, UNDONE, REFUSED, FAILED, ABORTED),
)

LINKS = {"New Relic": "https://one.example.com/apm", "Splunk": "https://splunk.example.com/search?q=a&b=c"}
NOBODY_WAITS = Turns()
# Where a link leads to is not read as text.
TARGET = re.compile(r"<https?://[^<>|\s]+\|")
LIVE_MENTION = re.compile(r"<!(?!date\^)|<@|<#|@(?:channel|here|everyone|group)\b", re.IGNORECASE)


def scene(
    deploy: Deploy,
    progress: Iterable[HostProgress] = (),
    *,
    vip: str = "http://10.0.0.5:8001/",
    links: Mapping[str, str] = LINKS,
    turns: Turns = NOBODY_WAITS,
    interactive: bool = True,
    warm_until: datetime | None = WARM_UNTIL,
    stalled: bool = False,
    pins: bool = False,
) -> Scene:
    by_host = {one.host: one for one in progress}
    who = lambda one: escape(one.name)  # noqa: E731 - it does not fit the call's line
    around = (vip, links, "shippy", turns, who, interactive, warm_until, stalled, pins)
    return Scene(deploy, by_host, ENDED, *around)


def drawn(deploy: Deploy, progress: Iterable[HostProgress] = (), **changed: Any) -> Card:
    """The card, which Slack would take."""
    made = card(scene(deploy, progress, **changed))
    valid(made)
    return made


def valid(made: Card) -> None:
    """Raises where Slack would not take the card, or would mention somebody because of it."""
    checked(made.blocks)
    assert len(made.text.encode()) < 3_500
    assert made.text
    assert len(made.text.splitlines()) == 1
    assert LIVE_MENTION.search(made.text) is None
    for block in made.blocks:
        json.dumps(block, ensure_ascii=False).encode()
    for text in texts(made.blocks):
        assert LIVE_MENTION.search(TARGET.sub("", text)) is None, text


def texts(part: Any) -> list[str]:
    """Every text in blocks, buttons and their confirmations included."""
    if isinstance(part, list):
        return [text for one in part for text in texts(one)]
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in texts(value)]
    return []


def words(made: Card) -> str:
    """What is read of a card, without its buttons."""
    return "\n".join(texts([block for block in made.blocks if block["type"] != "actions"]))


def buttons(made: Card) -> dict[str, dict[str, Any]]:
    """The buttons by their action_id, in the order in which they are shown."""
    rows = [block["elements"] for block in made.blocks if block["type"] == "actions"]
    return {button["action_id"]: button for row in rows for button in row}
