"""Every event of a deploy has words, or is silent on purpose."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from shippy import events
from shippy.events import DeployEvent, Entry, Event
from shippy.model import ALL, NONE, Endpoint, HostStep, Image, Level, Live, Person, Share, Slot, Verdict
from shippy.sentences import merge_message, narrate, narrate_lock
from shippy.sentences.leaving import REVERTING_PULL
from tests.journal.events import EVERY_KIND, of_kind
from tests.sentences.rules import BOT, keep_the_rules
from tests.sentences.samples import AT, CHECKS, DANA, RUNNING, setback

SILENT = {
    events.CommandReceived: "who typed it knows",
    events.CommandEnded: "it was answered",
    events.StoppedListening: "nobody asked; who types meanwhile is told when it is back",
    events.Moved: "the balancers follow by themselves",
    events.Announced: "the message itself is there to be read",
    events.Connecting: "Prepared follows at once",
    events.ImagePulled: "the end that follows at once tells it",
    events.ShareChanging: "ShareChanged or ShareRefused tells what came of it",
    events.Committing: "ShareChanged and Merging tell it",
    events.Swapping: "Committed tells what came of it",
    events.Swapped: "Committed tells it",
    events.Retiring: "only what is cut is told, by Drained",
}
LIVE = Live(Slot.BLUE, "260101-110000-abcd", "1a2b3c4d" + "0" * 32)
DEPLOY = replace(RUNNING, live=LIVE, connected=True)
KEY = (DEPLOY.id, DEPLOY.app)


def told(event: Event, deploy: object = None) -> str | None:
    about = DEPLOY if deploy is None else deploy
    return narrate(Entry(1, AT, event), about, bot=BOT, vip="http://vip:8001/", links={"Splunk": "https://s/1"})  # type: ignore[arg-type] # a Deploy


OF_A_DEPLOY = [kind for kind in EVERY_KIND if not issubclass(kind, events.LockEvent | events.AppEvent)]
OF_A_LOCK = [kind for kind in EVERY_KIND if issubclass(kind, events.LockEvent)]


@pytest.mark.parametrize("kind", OF_A_LOCK)
def test_an_event_of_a_lock_has_words_that_stand_alone(kind: type[Event]) -> None:
    text = narrate_lock(Entry(1, AT, of_kind(kind)), DEPLOY, bot=BOT)
    assert text
    assert "None" not in text


@pytest.mark.parametrize("kind", [kind for kind in OF_A_DEPLOY if kind not in SILENT])
def test_an_event_that_is_not_silent_on_purpose_has_words(kind: type[Event]) -> None:
    event = events.ChecksReported(*KEY, CHECKS[:1]) if kind is events.ChecksReported else of_kind(kind)
    assert told(event), f"{kind.__name__} needs words, or a reason in SILENT"


@pytest.mark.parametrize("kind", SILENT)
def test_what_is_silent_on_purpose_says_nothing(kind: type[Event]) -> None:
    assert told(of_kind(kind)) is None


FAILED = events.Failed(*KEY, "only 1 host came up, but 3 are needed")
SKIPPED = (CHECKS[0], replace(CHECKS[1], level=Level.SKIPPABLE, skipped=True))
OVERRIDDEN = replace(DEPLOY, override="a hotfix.", checks=SKIPPED)
FIRST = replace(DEPLOY, live=Live(Slot.BLUE), connected=False)
TEXTS = [
    told(events.Started(*KEY, "production", "feature-x", DANA, DEPLOY.place)),
    told(events.Resolved(*KEY, DEPLOY.revision, LIVE, "https://github.example.com/compare/1")),  # type: ignore[arg-type] # it has one
    told(events.Resolved(*KEY, DEPLOY.revision, LIVE, None, "the hosts run something else"), FIRST),  # type: ignore[arg-type] # it has one
    told(events.Resolved(*KEY, DEPLOY.revision, LIVE, None, behind=3, contained=True)),  # type: ignore[arg-type] # it has one
    told(events.ImageResolved(*KEY, Image("acme/web:1", "sha256:1"), recorded=True)),
    told(events.ImageResolved(*KEY, Image("acme/web:1", "sha256:1"), there=("web1", "web2"))),
    told(events.Merged(*KEY, "1" * 40), replace(DEPLOY, contained=True)),
    told(events.Undone(*KEY), replace(DEPLOY, contained=True)),
    told(events.ChecksReported(*KEY, ())),
    told(events.ChecksReported(*KEY, CHECKS[:1])),
    told(events.ChecksReported(*KEY, SKIPPED), OVERRIDDEN),
    told(events.ChecksReported(*KEY, CHECKS[:1]), OVERRIDDEN),
    told(events.WaitingForChecks(*KEY, AT), replace(DEPLOY, checks=CHECKS[1:2])),
    told(events.Started(*KEY, "production", "feature-x", DANA, DEPLOY.place, override="a hotfix.", when_green=True)),
    told(events.DeployRefused(*KEY, "there is no image."), replace(DEPLOY, pulled=("web1", "web2"))),
    told(events.DeployRefused(*KEY, "there is no such branch.")),
    told(events.Preparing(*KEY, Slot.GREEN, ("web1",), ())),
    told(events.LeftoversRemoved(*KEY, "web1", ("a", "b"))),
    told(events.HostReady(*KEY, Endpoint("web1", "10.0.0.11", 32768))),
    *(told(events.HostGaveUp(*KEY, "web1", step, "no space left.", 3, ("a line", "another"))) for step in HostStep),
    told(events.Prepared(*KEY)),
    told(events.Prepared(*KEY), replace(DEPLOY, setbacks=(setback("web2"), setback("web3")))),
    *(told(events.ShareChanged(*KEY, DANA, NONE, share)) for share in (NONE, ALL, Share.of_percent("0.5"))),
    told(events.ShareRefused(*KEY, DANA, NONE, "lb1 would not")),
    told(events.MergeFailed(*KEY, "GitHub refused the merge: Review and try again.")),
    *(told(events.Drained(*KEY, Slot.BLUE, cut)) for cut in (1, 2)),
    told(events.Drained(*KEY, Slot.BLUE, 0, counted=False)),
    told(events.LeftBehind(*KEY, "the containers on web3", "it does not answer.")),
    told(events.LeftBehind(*KEY, "the merge", "it is in master: revert it.", by_hand=True)),
    told(events.Committed(*KEY)),
    *(told(events.Aborting(*KEY, DANA, why, failing=failing)) for why in ("", "wrong.") for failing in (True, False)),
    *(told(end, deploy) for end in (events.Aborted(*KEY), FAILED) for deploy in (DEPLOY, FIRST)),
    told(events.Resumed(*KEY, "rolling")),
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_told_keeps_the_rules(text: str | None) -> None:
    keep_the_rules(text or "")


def test_a_drain_that_cut_nothing_is_silent() -> None:
    assert told(events.Drained(*KEY, Slot.BLUE, 0)) is None


def test_checks_that_passed_are_one_line_and_those_that_did_not_are_told_by_the_refusal() -> None:
    green = tuple(replace(check, verdict=Verdict.PASSED) for check in CHECKS)
    assert told(events.ChecksReported(*KEY, green)) == "All 3 checks passed: ci/build, qa/sign-off and up to date."
    assert told(events.ChecksReported(*KEY, CHECKS)) is None
    refused = told(
        events.DeployRefused(*KEY, "1 of 3 checks is in the way:\n✗ ci/build: failed"), replace(DEPLOY, checks=CHECKS)
    )
    assert refused is not None
    assert "✗ ci/build: failed\n" in refused
    assert refused.endswith("`hal checks feature-x` looks again.")


def test_advice_is_told_with_what_passed() -> None:
    advice = replace(CHECKS[1], level=Level.ADVICE)
    assert told(events.ChecksReported(*KEY, (CHECKS[0], advice))) == (
        "1 check passed, and nothing is in the way.\n"
        "… qa/sign-off: pending (advice), nothing has reported this status yet"
    )


def test_an_override_is_told_with_its_reason_and_each_check_that_it_skips() -> None:
    assert told(events.ChecksReported(*KEY, SKIPPED), OVERRIDDEN) == (
        "dana overrides the checks: a hotfix.\nSkipped, though pending: qa/sign-off."
    )
    started = events.Started(*KEY, "production", "feature-x", DANA, DEPLOY.place, override="a hotfix.")
    assert "whatever the checks that may be skipped say: a hotfix." in (told(started) or "")


def test_a_refusal_tells_which_hosts_have_the_image_by_then() -> None:
    refused = told(events.DeployRefused(*KEY, "no"), replace(DEPLOY, pulled=("web1", "web2")))
    assert refused is not None
    assert refused.endswith("the lock is free. The image is on web1 and web2 by now.")


def test_a_host_that_failed_is_told_with_its_step_exit_code_and_last_lines() -> None:
    event = events.HostGaveUp(*KEY, "web2", HostStep.CHECKING, "it exited", 3, ("Traceback", "boom"))
    assert told(event) == "web2 failed while waiting for health: it exited (exit code 3).\n    Traceback\n    boom"


def test_the_release_to_verify_comes_with_the_vip_and_the_links() -> None:
    text = told(
        events.Prepared(*KEY), replace(DEPLOY, ready=(Endpoint("web1", "10.0.0.11", 1),), setbacks=(setback("web2"),))
    )
    assert text == (
        "Ready to verify on 1 host (web2 failed): http://vip:8001/ reaches only the new containers.\n"
        "Splunk: https://s/1\n"
        "Then `hal rollout 5` sends them a first share of the public traffic, or `hal abort` ends it."
    )


def test_that_production_is_back_is_told_with_who_has_undone_what() -> None:
    back = events.SwappedBack(*KEY, Slot.BLUE, LIVE, ())
    said = f"Production is back on {(LIVE.commit or '')[:8]}: dana has undone {DEPLOY.ref} on web"
    assert told(back, replace(DEPLOY, undone_by=DANA, reason="")) == f"{said}."
    assert told(back, replace(DEPLOY, undone_by=DANA, reason="an empty cart.")) == f"{said} (an empty cart)."


def test_a_revert_that_github_does_not_take_is_left_to_people_and_not_to_the_next_deploy() -> None:
    text = told(events.LeftBehind(*KEY, REVERTING_PULL, "GitHub does not answer."))
    assert text == (
        "No pull request could be opened that reverts the merge (GitHub does not answer): take it out of the main "
        "branch."
    )


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if issubclass(kind, DeployEvent) and kind.ends])
def test_an_end_says_that_the_lock_is_free(kind: type[Event]) -> None:
    assert "the lock is free" in (told(of_kind(kind)) or "").lower()


def test_the_merge_says_what_was_shipped_by_whom_in_which_deploy() -> None:
    assert merge_message(replace(DEPLOY, login="dana-gh")) == (
        "Ship feature-x at 9f8e7d6c to web\n\nShipped-by: dana (@dana-gh)\nDeploy: 260101-120000-abcd"
    )
    assert merge_message(DEPLOY).endswith("\n\nShipped-by: dana\nDeploy: 260101-120000-abcd")


@pytest.mark.parametrize("name", ["dana", "D.\nShipped-by: kim", "@acme/everyone", "@", "Ünal: \t“x”"])
def test_git_reads_who_shipped_out_of_the_merges_message_whatever_they_call_themselves(name: str) -> None:
    message = merge_message(replace(DEPLOY, owner=Person("U1", name)))
    trailers = ["git", "interpret-trailers", "--parse"]
    read = subprocess.run(trailers, input=message, capture_output=True, encoding="utf-8", check=True, timeout=10).stdout
    shipped, deploy = read.splitlines()
    assert shipped.startswith("Shipped-by: ")
    assert deploy == "Deploy: 260101-120000-abcd"
    assert "@" not in message
