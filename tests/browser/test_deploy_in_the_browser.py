"""Deploys as people see and drive them: typed and pressed in a real browser, shipped by the daemon on real machines."""

from __future__ import annotations

import json

import pytest
import yaml
from slack_sdk import WebClient

from playground.stage import Stage
from tests.browser.browsing import ChatPage
from tests.browser.conftest import Open

pytestmark = pytest.mark.timeout(120)

PHONE = {"width": 390, "height": 844}
CARDS = "#timeline .message:has(.block-header)"
SHIPPY = "U0SHIPPY01"
DEPLOYS = "C0DEPLOYS1"


def ship(page: ChatPage, branch: str) -> str:
    """Types it; returns the selector of the message that the deploy gets."""
    before = len(page.all(CARDS))
    page.type(f"shippy ship {branch}")
    (ts, *_) = page.wait(lambda: [card.get_attribute("data-ts") for card in page.all(CARDS)[before:]])
    return page.at(str(ts))


def ts_of(card: str) -> str:
    return card.split('"')[1]


def headed(page: ChatPage, card: str, words: str) -> str:
    """What a deploy's message shows once it has come so far."""
    page.wait_for_text(words, f"{card} .block-header")
    return page.wait(lambda: page.text(card))


def press(page: ChatPage, card: str, action: str) -> None:
    page.press(f'{card} [data-action="{action}"]')


def abort(page: ChatPage, card: str) -> str:
    press(page, card, "abort")
    page.press('dialog [value="yes"]')
    return headed(page, card, "Aborted")


def become(page: ChatPage, person: str) -> None:
    page.press(f'.person:has([value="{person}"])')


def buttons(page: ChatPage, card: str) -> list[str]:
    return page.wait(lambda: [button.text for button in page.all(f"{card} .actions .button")])


def has_no_buttons(page: ChatPage, card: str) -> bool:
    return page.wait(lambda: not page.all(f"{card} .actions"))


def typed(stage: Stage, text: str) -> str:
    """The selector of the last message with this text."""
    (*_, last) = (message["ts"] for message in stage.slack.messages() if message["text"] == text)
    return ChatPage.at(last)


def posts(stage: Stage, since: str) -> list[str]:
    """What shippy has said after this message in the channel itself, outside of threads."""
    said = [message for message in stage.slack.messages(since=since) if message["user"] == SHIPPY]
    return [message["text"] for message in said if message.get("thread_ts", message["ts"]) == message["ts"]]


def bot_of(stage: Stage) -> WebClient:
    chat = yaml.safe_load(stage.daemon.config.read_text())["chat"]
    return WebClient(token=chat["bot_token"], base_url=chat["api_url"], timeout=10)


def test_a_deploy_is_one_message_that_everybodys_presses_change(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    stage.update_branch("green-button")
    card = ship(page, "green-button")
    shown = headed(page, card, "Ready to verify")
    for part in ("dana ships green-button", "#1 Make the order button green", "3 checks passed", "3 hosts up"):
        assert part in shown
    assert "▱▱▱▱▱▱▱▱▱▱ 0 % of the traffic" in shown
    assert page.find(f'{card} a[href="{stage.machines.balancers[0].vip_url}"]').is_displayed()
    assert {"Build", "Commit"} <= {link.text for link in page.all(f"{card} a")}
    assert buttons(page, card) == ["5 %", "10 %", "25 %", "50 %", "100 %", "Commit", "Show me", "Abort", "Take over"]
    press(page, card, "rollout_5")
    headed(page, card, "🚦 5 % of the traffic")
    assert buttons(page, card)[:2] == ["Back to 0 %", "10 %"]
    stage.slack.click("kim", ts_of(card), "rollout_25")
    assert "▰▰▰▱▱▱▱▱▱▱ 25 % of the traffic" in headed(page, card, "🚦 25 % of the traffic")
    press(page, card, "abort")
    page.wait_for_text("All traffic goes back", "dialog")
    page.press('dialog [value="no"]')
    assert "Commit" in buttons(page, card)
    assert "has 100 % of the traffic again" in abort(page, card)
    assert has_no_buttons(page, card)
    assert posts(stage, ts_of(card)) == []


def test_a_share_that_climbs_by_itself_is_watched_paused_and_resumed(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    stage.update_branch("green-button")
    card = ship(page, "green-button")
    headed(page, card, "Ready to verify")
    page.type("shippy rollout 5 25 100 every 15s")
    assert "Climbing: next 25 % at" in headed(page, card, "🚦 5 % of the traffic")
    press(page, card, "pause")
    page.wait_for_text("The climb is paused: 25 % and 100 % still to come", card)
    assert buttons(page, card)[0] == "▶️ Resume"
    press(page, card, "resume")
    assert "Climbing: next 100 % at" in headed(page, card, "🚦 25 % of the traffic")
    press(page, card, "rollout_50")
    assert "Climbing" not in headed(page, card, "🚦 50 % of the traffic")
    abort(page, card)


def test_only_the_owner_is_shown_the_new_version_in_their_own_browser(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    stage.update_branch("green-button")
    card = ship(page, "green-button")
    headed(page, card, "Ready to verify")
    press(page, card, "verify")
    page.press(f"{card} .thread-line")
    public = stage.machines.balancers[0].public_url
    page.wait(lambda: page.find(f'#thread-timeline .message.ephemeral a[href^="{public}"]'))
    become(page, "kim")
    press(page, card, "verify")
    page.press(f"{card} .thread-line")
    page.wait_for_text("dana", "#thread-timeline .message.ephemeral")
    assert not page.all(f'#thread-timeline a[href^="{public}"]')
    become(page, "dana")
    abort(page, card)


def test_the_hosts_and_an_abort_are_seen_while_it_is_prepared(open_stage: Open, stage: Stage) -> None:
    page = open_stage("kim")
    stage.update_branch("never-healthy")
    card = ship(page, "never-healthy")
    headed(page, card, "Preparing 3 hosts")
    page.wait(lambda: page.text(card).count("checking health") == 3)
    assert buttons(page, card) == ["Abort", "Take over"]
    assert "was never touched" in abort(page, card)
    assert has_no_buttons(page, card)


def test_a_failure_is_told_on_the_message_and_its_log_in_the_thread(open_stage: Open, stage: Stage) -> None:
    page = open_stage("lee")
    stage.update_branch("exits")
    card = ship(page, "exits")
    assert "The thread has the last log lines" in headed(page, card, "Failed")
    assert has_no_buttons(page, card)
    page.wait_for_text("❌", typed(stage, "shippy ship exits"))
    page.press(f"{card} .thread-line")
    page.wait_for_text("OPENING_HOURS is not set, giving up", "#thread-timeline pre")
    page.wait_for_text("@lee", "#thread-timeline .mention.mine")


def test_a_refused_branch_shows_what_is_in_the_way(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    card = ship(page, "no-qa")
    shown = headed(page, card, "Not shipped")
    assert "⏳ qa/sign-off pending: nothing has reported this status yet" in shown
    assert "No container was touched" in shown
    assert buttons(page, card) == ["Ship when green"]
    page.wait_for_text("❌", typed(stage, "shippy ship no-qa"))


def test_a_branch_that_is_not_there_is_one_line_to_who_typed_it(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    page.type("shippy ship gren-button")
    (said,) = stage.slack.wait_for(lambda messages: [one for one in messages if one["text"].endswith("gren-button")])
    page.press(f"{page.at(said['ts'])} .thread-line")
    page.wait_for_text("near it: green-button", "#thread-timeline")
    assert posts(stage, said["ts"]) == []


def test_who_waits_is_seen_by_the_owner_and_told_when_the_lock_is_free(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    stage.update_branch("green-button")
    card = ship(page, "green-button")
    headed(page, card, "Ready to verify")
    become(page, "kim")
    page.type("shippy join")
    page.wait_for_text("kim waits for the lock", card)
    joined = typed(stage, "shippy join")
    become(page, "dana")
    abort(page, card)
    become(page, "kim")
    page.press(f"{joined} .thread-line")
    page.wait_for_text("it is your turn", "#thread-timeline .message:last-child")
    assert page.text("#thread-timeline .mention.mine") == "@kim"
    page.type("shippy leave", "#thread-composer")
    page.wait_for_text("takes it", "#thread-timeline .message:last-child")


def test_what_an_old_button_would_do_is_not_done_and_only_who_presses_is_told(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana")
    stage.update_branch("green-button")
    card = ship(page, "green-button")
    headed(page, card, "Ready to verify")
    (seen,) = [message for message in stage.slack.messages() if message["ts"] == ts_of(card)]
    abort(page, card)
    # As on a screen that has not heard of the end yet.
    bot_of(stage).chat_update(channel=DEPLOYS, ts=ts_of(card), text=seen["text"], blocks=json.dumps(seen["blocks"]))
    press(page, card, "rollout_50")
    page.press(f"{card} .thread-line")
    page.wait_for_text("This deploy is over", "#thread-timeline .message.ephemeral")
    become(page, "kim")
    page.press(f"{card} .thread-line")
    page.wait_for_text("Ready to verify on 3 hosts", "#thread-timeline")
    assert "This deploy is over" not in page.text("#thread-timeline")


def test_the_slash_command_is_answered_to_one_person(open_stage: Open, stage: Stage) -> None:
    page = open_stage("lee")
    page.type("/shippy status")
    page.wait_for_text("No deploy is running", "#timeline .message.ephemeral")
    become(page, "kim")
    page.wait(lambda: not page.all("#timeline .message.ephemeral"))
    page.type("@shippy stauts")
    (said,) = stage.slack.wait_for(lambda messages: [one for one in messages if one["text"].endswith("> stauts")])
    page.press(f"{page.at(said['ts'])} .thread-line")
    page.wait_for_text("did you mean status?", "#thread-timeline")


def test_a_deploy_is_shipped_committed_and_undone_on_a_phone(open_stage: Open, stage: Stage) -> None:
    page = open_stage("dana", **PHONE)
    stage.update_branch("blue-header")
    card = ship(page, "blue-header")
    headed(page, card, "Ready to verify")
    assert not page.overflows()
    assert all(button.rect["x"] + button.rect["width"] <= PHONE["width"] for button in page.all(".actions .button"))
    press(page, card, "rollout_25")
    headed(page, card, "25 % of the traffic")
    page.press(f"{card} .thread-line")
    page.wait_for_text("Ready to verify on 3 hosts", "#thread-timeline")
    assert not page.overflows()
    page.press('[aria-label="Close the thread"]')
    press(page, card, "commit")
    assert "is live with 100 % of the traffic, merged as" in headed(page, card, "Live")
    assert "The old containers stay warm until" in page.text(card)
    assert buttons(page, card) == ["Undo"]
    assert not page.overflows()
    assert stage.hub.contains("master", stage.hub.head("blue-header"))
    page = open_stage("kim", **PHONE)
    press(page, card, "undo")
    page.wait_for_text("ships are locked", "dialog")
    page.press('dialog [value="yes"]')
    undone = headed(page, card, "Undone")
    assert "kim has undone it." in undone
    assert "has 100 % of the traffic again." in undone
    assert page.find(f'{card} a[href*="/pull/"]').is_displayed()
    assert has_no_buttons(page, card)
    assert not page.overflows()
    assert [said for said in posts(stage, ts_of(card)) if "Production is back on" in said]
