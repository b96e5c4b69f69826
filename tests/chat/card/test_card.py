"""What each phase's card says, to somebody who reads it in passing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shippy.model import (
    NONE,
    Author,
    Closure,
    Deploy,
    HostProgress,
    HostStep,
    Live,
    Phase,
    Revision,
    Share,
    Slot,
    Turns,
)
from tests.chat.card.scenes import (
    ABORTED,
    ABORTING,
    ALL_PHASES,
    CHECKING,
    COMMIT,
    COMMITTED,
    COMMITTING,
    FAILED,
    FULL,
    KIM,
    LEE,
    MERGE,
    PREPARING,
    REFUSED,
    ROLLING,
    STARTED,
    STARTING,
    UNDOING,
    UNDONE,
    UNMERGED,
    VERIFYING,
    WEB3_FAILED,
    buttons,
    drawn,
    texts,
    words,
)


@pytest.mark.parametrize(
    ("deploy", "headline"),
    [
        (STARTING, "🔍 Running the checks · web"),
        (PREPARING, "📦 Preparing 3 hosts · web"),
        (VERIFYING, "👀 Ready to verify · web"),
        (ROLLING, "🚦 25 % of the traffic · web"),
        (replace(ROLLING, share=Share(50)), "🚦 0.5 % of the traffic · web"),
        (replace(ROLLING, share=NONE), "🚦 Back at 0 % of the traffic · web"),
        (FULL, "🚦 100 % of the traffic, not committed yet · web"),
        (COMMITTING, "🏁 Committing · web"),
        (UNMERGED, "⚠️ Live, but not merged · web"),
        (ABORTING, "↩️ Aborting · web"),
        (replace(ABORTING, failing=True), "↩️ Failed, taking it back · web"),
        (COMMITTED, "✅ Live · web"),
        (REFUSED, "⛔ Not shipped · web"),
        (FAILED, "❌ Failed · web"),
        (ABORTED, "↩️ Aborted · web"),
        (UNDOING, "⏪ Undoing · web"),
        (UNDONE, "⏪ Undone · web"),
    ],
)
def test_the_first_line_says_how_far_it_is_and_so_does_the_notification(deploy: Deploy, headline: str) -> None:
    made = drawn(deploy)
    assert made.blocks[0]["type"] == "header"
    assert made.blocks[0]["text"]["text"] == headline
    assert made.text.startswith(headline.removesuffix(" · web") + ": green-button")


def test_every_phase_has_a_card() -> None:
    assert {deploy.phase for deploy in ALL_PHASES} == set(Phase)
    for deploy in ALL_PHASES:
        drawn(deploy)


def test_who_ships_what_is_linked_counted_and_attributed() -> None:
    said = words(drawn(VERIFYING))
    assert "*dana* ships `green-button` at `1a2b3c4d`" in said
    assert "<https://github.example.com/acme/web/pull/12|#12 Make the button green>" in said
    assert "|3 commits> by dana and Kim Okafor, on top of `99887766`" in said


def test_a_commit_that_was_typed_is_named_once() -> None:
    typed = replace(VERIFYING, revision=Revision("1a2b3c4d", COMMIT), authors=())
    assert "*dana* ships `1a2b3c4d`\n" in words(drawn(typed))


def test_many_authors_are_counted() -> None:
    crowd = tuple(Author(f"dev{number}", "", "") for number in range(9))
    assert "by dev0, dev1, dev2, dev3 and 5 more, on top of" in words(drawn(replace(VERIFYING, authors=crowd)))


def test_before_the_ref_is_resolved_nothing_is_claimed_about_what_is_live() -> None:
    for deploy in (STARTING, replace(STARTING, phase=Phase.ABORTED, ended=STARTED)):
        said = words(drawn(deploy))
        assert "first deploy" not in said
        assert "nothing is live" not in said


def test_the_first_deploy_says_what_is_different() -> None:
    first = replace(ROLLING, live=Live(Slot.BLUE), diff_url=None, commits=0, authors=())
    said = words(drawn(first))
    assert "The first deploy of web" in said
    assert "there is nothing to compare with" in said
    assert "the rest gets no answer, as nothing was live before" in said
    assert "nothing is live again" in "".join(texts(buttons(drawn(first))["abort"]))
    assert "nothing is live yet" in words(drawn(replace(first, phase=Phase.ABORTED, ended=STARTED)))


def test_what_goes_out_of_production_is_pointed_out() -> None:
    back = words(drawn(replace(VERIFYING, behind=1, drift="the hosts run something else")))
    assert "⚠️ *Watch out:* this takes 1 commit out of production.\n" in back
    assert "⚠️ *Watch out:* the hosts run something else.\n" in back


def test_drift_is_pointed_out() -> None:
    drifting = replace(VERIFYING, drift="master has 1 commit that is not live.")
    assert "⚠️ *Watch out:* master has 1 commit that is not live.\n" in words(drawn(drifting))


def test_a_candidate_shows_its_share_its_address_and_where_to_watch_it() -> None:
    said = words(drawn(ROLLING))
    assert "▰▰▰▱▱▱▱▱▱▱ *25 %* of the traffic" in said
    assert "<http://10.0.0.5:8001/|http://10.0.0.5:8001/> reaches only the new containers" in said
    assert "<https://one.example.com/apm|New Relic> · <https://splunk.example.com/search?q=a&amp;b=c|Splunk>" in said


@pytest.mark.parametrize("deploy", [STARTING, PREPARING, ABORTING, REFUSED, FAILED, ABORTED])
def test_where_there_is_no_candidate_there_is_no_address_of_it(deploy: Deploy) -> None:
    assert "10.0.0.5" not in words(drawn(deploy))


def test_once_it_is_the_live_release_the_address_for_candidates_is_gone() -> None:
    swapped = replace(COMMITTING, merged=MERGE, swapped=True)
    assert "10.0.0.5" in words(drawn(COMMITTING))
    assert "10.0.0.5" not in words(drawn(swapped))
    assert "Merged as `77e1f2a3`. The old containers finish" in words(drawn(swapped))


def test_a_commit_that_nobody_goes_on_with_says_how_it_goes_on() -> None:
    on = "⚠️ This commit has stopped half-way: *Commit again* goes on with it."
    assert f"Merged as `77e1f2a3`.\n{on}" in words(drawn(replace(COMMITTING, merged=MERGE), stalled=True))
    assert f"All traffic is on the new containers.\n{on}" in words(drawn(COMMITTING, stalled=True))
    assert on not in words(drawn(COMMITTING))


def test_without_a_vip_and_links_nothing_is_missing_from_the_card() -> None:
    said = words(drawn(ROLLING, vip="", links={}))
    assert "🔗" not in said
    assert "📈" not in said


def test_the_start_is_a_time_that_stays_right_without_an_edit() -> None:
    entity = "<!date^1767268800^{ago}, at {time}|2026-01-01 12:00 UTC>"
    assert f"Started {entity} · 🔒\N{NO-BREAK SPACE}production" in words(drawn(VERIFYING))
    assert drawn(VERIFYING) == drawn(VERIFYING)


def test_an_end_tells_how_long_it_took() -> None:
    said = words(drawn(COMMITTED))
    assert "Took 12 min, ended <!date^1767269520^{date_short_pretty} at {time}|2026-01-01 12:12 UTC>" in said


def test_who_waits_and_who_has_locked_ships_is_shown_while_it_runs() -> None:
    turns = Turns((KIM, LEE), None, Closure(LEE, "the database is being moved.", STARTED, STARTED + timedelta(hours=1)))
    said = words(drawn(ROLLING, turns=turns))
    assert "kim and lee wait for the lock" in said
    assert "lee has locked ships: the database is being moved. This one may go on." in said
    assert "wait" not in words(drawn(COMMITTED, turns=turns))
    assert "kim waits for the lock" in words(drawn(ROLLING, turns=Turns((KIM,))))
    assert "kim, kim, kim, kim, kim and 3 more wait" in words(drawn(ROLLING, turns=Turns((KIM,) * 8)))


@pytest.mark.parametrize(
    ("deploy", "lines"),
    [
        (
            COMMITTED,
            ["`1a2b3c4d` is live with 100 % of the traffic, merged as `77e1f2a3`. The lock is free.", "|Splunk>"],
        ),
        (
            replace(COMMITTED, merged=COMMIT),
            ["`1a2b3c4d` is live with 100 % of the traffic. The lock is free."],
        ),
        (
            REFUSED,
            [
                "2 of 3 checks are in the way. No container was touched. The lock is free.",
                "`shippy checks green-button` looks again; once all is right, `shippy ship green-button` ships it.",
            ],
        ),
        (
            replace(STARTING, phase=Phase.REFUSED, reason='there is no branch "green-button"', ended=STARTED),
            [
                'There is no branch "green-button".\nNo container was touched. The lock is free.',
                "Once that is right, `shippy ship green-button` tries again.",
            ],
        ),
        (
            FAILED,
            [
                "Only 2 hosts came up, but 3 are needed: web3 (it exited with code 3) failed.",
                "Everything new is removed; `99887766` is live and was never touched. The lock is free.",
                "The thread has the last log lines. Once that is right, `shippy ship green-button` tries again.",
            ],
        ),
        (
            ABORTED,
            [
                "Reason: errors in checkout.",
                "Everything new is removed; `99887766` has 100 % of the traffic again. The lock is free.",
                "`shippy ship green-button` begins again.",
            ],
        ),
        (
            replace(ABORTED, connected=False, reason=""),
            ["Everything new is removed; `99887766` is live and was never touched. The lock is free."],
        ),
        (
            UNMERGED,
            [
                "GitHub refused the merge: the head has moved.",
                "All traffic is on the new containers; the lock and the old containers are kept.",
                "*Commit* tries the merge again; *Abort* goes back.",
            ],
        ),
        (ABORTING, ["Reason: errors in checkout.", "Traffic goes back to `99887766`; then the new containers finish"]),
        (
            replace(PREPARING, phase=Phase.ABORTING, failing=True, reason="no host came up, but 3 are needed"),
            ["No host came up, but 3 are needed.", "`99887766` is live and was never touched."],
        ),
    ],
)
def test_each_end_says_what_happened_what_it_means_and_what_next(deploy: Deploy, lines: list[str]) -> None:
    said = words(drawn(deploy))
    for line in lines:
        assert line in said


@pytest.mark.parametrize("deploy", [COMMITTED, REFUSED, FAILED, ABORTED])
def test_a_card_that_has_ended_is_compact(deploy: Deploy) -> None:
    made = drawn(deploy, [HostProgress("web1", HostStep.PULLING, 40)])
    assert buttons(made) == {}
    assert "▰" not in words(made)
    assert "▱" not in words(made)
    assert len(made.blocks) <= 5


def test_a_release_that_lacks_hosts_says_so_when_it_is_live() -> None:
    lacking = replace(COMMITTED, ready=COMMITTED.ready[:2], setbacks=(WEB3_FAILED,))
    assert "It runs on 2 of 3 hosts; the next deploy tries the others again." in words(drawn(lacking))


@pytest.mark.parametrize("deploy", [ABORTED, FAILED, COMMITTED])
def test_what_could_not_be_taken_back_is_told_and_nothing_is_claimed_about_it(deploy: Deploy) -> None:
    said = words(drawn(replace(deploy, left=("the traffic on lb1", "the containers on web1"))))
    assert "⚠️ Left for later: the traffic on lb1 and the containers on web1. The next deploy puts it right" in said
    assert "has 100 % of the traffic again" not in said
    assert "never touched" not in said
    assert "a, a, a and 2 more" in words(drawn(replace(deploy, left=("a",) * 5)))


def test_a_merge_that_an_abort_could_not_take_back_is_left_to_people() -> None:
    merged = words(drawn(replace(ABORTED, merged="d" * 40)))
    assert "was merged all the same, and is not in production: revert it on GitHub, or ship it again." in merged
    assert "GitHub did not say whether" in words(drawn(replace(ABORTED, merging=True)))
    assert "merged" not in words(drawn(ABORTED))


def test_a_refusal_before_the_checks_ran_shows_none() -> None:
    assert "Checks" not in words(drawn(replace(CHECKING, phase=Phase.REFUSED, reason="no image", ended=STARTED)))


def test_the_notification_says_it_all_in_a_line() -> None:
    assert drawn(VERIFYING).text == (
        '👀 Ready to verify: green-button (#12 "Make the button green") at 1a2b3c4d to web · by dana · 3 of 3 hosts up'
    )
    assert drawn(REFUSED).text.endswith(" · by dana · 2 of 3 checks are in the way")


def test_an_address_that_is_too_long_costs_its_link_and_not_its_words() -> None:
    endless = replace(VERIFYING, diff_url="https://github.example.com/" + "x" * 400)
    assert "\n3 commits by dana and Kim Okafor" in words(drawn(endless))
