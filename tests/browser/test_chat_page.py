"""The chat page, typed and pressed as a person would, in a real browser."""

from __future__ import annotations

from typing import Any

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from slack_sdk import WebClient

from playground.slack.process import Running, running
from tests.browser.browsing import ChatPage
from tests.browser.conftest import Open
from tests.playground.slack.connecting import acknowledge, connected, receive, receive_kind, socket_mode_url

DEPLOYS = "C0DEPLOYS1"
PHONE = {"width": 390, "height": 844}


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


ABORT = {
    "type": "button",
    "action_id": "abort",
    "text": words("Abort"),
    "style": "danger",
    "confirm": {
        "title": words("Abort this deploy?"),
        "text": {"type": "mrkdwn", "text": "The *old* containers take over."},
        "confirm": words("Yes, abort"),
        "deny": words("Keep it"),
    },
}
LIVING: list[dict[str, Any]] = [
    {"type": "header", "text": words("green-button")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Rolling* for <@U0DANA0001>"},
        "fields": [{"type": "mrkdwn", "text": f"`web{number} ██████████ ready`"} for number in range(1, 5)],
    },
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "<https://example.com/|New Relic> :stopwatch: 3 min"}]},
    {
        "type": "actions",
        "block_id": "next",
        "elements": [*({"type": "button", "action_id": f"{n}", "text": words(f"{n} %")} for n in (25, 50, 100)), ABORT],
    },
]


def test_what_is_typed_is_said_and_answers_arrive_by_themselves(
    open_page: Open, slack: Running, bot: WebClient
) -> None:
    page = open_page("dana")
    page.type("shippy ship green-button\n& a second line")
    (said,) = slack.workspace.wait_for(lambda messages: messages)
    assert (said["user"], said["text"]) == ("U0DANA0001", "shippy ship green-button\n&amp; a second line")
    answer = bot.chat_postMessage(
        channel=DEPLOYS, text="on it, <@U0DANA0001>: *25 %* of <https://example.com/|the diff>"
    )
    shown = page.message(answer["ts"])
    assert "on it, @dana: 25 % of the diff" in shown.text
    assert "APP" in shown.text
    assert page.text(page.at(answer["ts"]) + " strong") == "25 %"
    assert page.find(page.at(answer["ts"]) + " .mention.mine").text == "@dana"


def test_markup_of_pages_is_shown_and_never_run(open_page: Open, bot: WebClient) -> None:
    page = open_page()
    nasty = "<img src=x onerror=alert(1)> <javascript:alert(1)|click>"
    raw = bot.chat_postMessage(channel=DEPLOYS, text=nasty)["ts"]
    page.type("<b>bold</b> `<i>`")
    assert "<javascript:alert(1)|click>" in page.message(raw).text
    page.wait_for_text("<b>bold</b> <i>")
    assert page.all("#timeline img, #timeline b, #timeline a") == []


def test_a_thread_opens_beside_and_is_counted_under_its_root(open_page: Open, slack: Running, bot: WebClient) -> None:
    page = open_page()
    root = slack.workspace.type("dana", "shippy ship green-button")
    bot.chat_postMessage(channel=DEPLOYS, text="checks are green", thread_ts=root)
    page.wait(lambda: "1 reply" in page.message(root).text)
    assert "checks are green" not in page.text("#timeline")
    page.press(page.at(root) + " .thread-line")
    page.wait_for_text("checks are green", "#thread-timeline")
    page.type("thank you", "#thread-composer")
    page.wait(lambda: "2 replies" in page.message(root).text)
    assert [reply["text"] for reply in slack.workspace.replies(root)] == ["checks are green", "thank you"]
    page.find("#thread-composer textarea").send_keys(Keys.ESCAPE)
    page.wait(lambda: not page.find("#thread").is_displayed())


def test_a_message_edited_in_place_keeps_its_place_and_the_focus_on_its_button(
    open_page: Open, slack: Running, bot: WebClient
) -> None:
    page = open_page()
    living = bot.chat_postMessage(channel=DEPLOYS, text="rolling", blocks=LIVING)["ts"]
    slack.workspace.type("kim", "a later message")
    page.message(living)
    page.driver.execute_script("arguments[0].focus()", page.find('[data-action="50"]'))
    changed = [{**LIVING[0], "text": words("green-button at 50 %")}, *LIVING[1:]]
    bot.chat_update(channel=DEPLOYS, ts=living, text="rolling", blocks=changed)
    page.wait_for_text("green-button at 50 %")
    assert page.all("#timeline .message")[0].get_attribute("data-ts") == living
    assert page.driver.switch_to.active_element.get_attribute("data-action") == "50"
    assert "(edited)" not in page.message(living).text


def test_ones_own_message_is_edited_with_the_keyboard(open_page: Open, slack: Running) -> None:
    page = open_page("kim")
    page.type("shippy statsu @dana")
    page.wait_for_text("statsu")
    page.find("#composer textarea").send_keys(Keys.ARROW_UP)
    editor = page.wait(lambda: page.find("#timeline textarea"))
    assert editor.get_attribute("value") == "shippy statsu @dana"
    editor.clear()
    editor.send_keys("shippy status", Keys.ENTER)
    page.wait_for_text("shippy status (edited)")
    assert slack.workspace.messages()[0]["edits"] == 1


def test_a_button_that_asks_first_acts_only_when_that_is_confirmed(
    open_page: Open, slack: Running, bot: WebClient
) -> None:
    page = open_page("kim")
    living = bot.chat_postMessage(channel=DEPLOYS, text="rolling", blocks=LIVING)["ts"]
    with connected(socket_mode_url(slack)) as app:
        assert receive(app)["type"] == "hello"
        page.press('[data-action="abort"]')
        page.wait_for_text("The old containers take over.", "dialog")
        page.press('dialog button[value="no"]')
        page.wait(lambda: not page.all("dialog"))
        page.press('[data-action="50"]')
        first = receive_kind(app, "interactive")
        acknowledge(app, first)
        page.press('[data-action="abort"]')
        page.press('dialog button[value="yes"]')
        second = receive_kind(app, "interactive")
        acknowledge(app, second)
    pressed = [envelope["payload"]["actions"][0]["action_id"] for envelope in (first, second)]
    assert pressed == ["50", "abort"]
    assert second["payload"]["user"]["id"] == "U0KIM00001"
    assert second["payload"]["container"]["message_ts"] == living


def test_a_press_that_no_app_takes_is_said(open_page: Open, bot: WebClient) -> None:
    page = open_page()
    bot.chat_postMessage(channel=DEPLOYS, text="rolling", blocks=LIVING)
    page.press('[data-action="25"]')
    page.wait_for_text("got no answer", "#toasts")


def test_a_slash_command_reaches_the_app_and_another_is_refused(open_page: Open, slack: Running) -> None:
    page = open_page()
    with connected(socket_mode_url(slack)) as app:
        receive(app)
        page.type("/shippy rollout 25")
        envelope = receive_kind(app, "slash_commands")
        acknowledge(app, envelope, {"text": "on it"})
    assert envelope["payload"]["text"] == "rollout 25"
    page.wait_for_text("Only visible to you")
    page.type("/dance")
    page.wait_for_text("/dance is not a valid command", "#toasts")
    assert page.find("#composer textarea").get_attribute("value") == "/dance"


def test_an_ephemeral_message_is_there_for_one_person_until_dismissed(open_page: Open, bot: WebClient) -> None:
    page = open_page("dana")
    bot.chat_postEphemeral(channel=DEPLOYS, user="U0DANA0001", text="you may not")
    page.wait_for_text("Only visible to you")
    page.press('.person:has([value="kim"])')
    page.wait(lambda: "you may not" not in page.text("#timeline"))
    page.press('.person:has([value="dana"])')
    page.wait_for_text("you may not")
    page.press("#timeline .dismiss")
    page.wait(lambda: "you may not" not in page.text("#timeline"))


def test_mentions_are_completed_and_counted_where_one_does_not_look(open_page: Open, slack: Running) -> None:
    page = open_page("dana")
    box = page.find("#composer textarea")
    box.send_keys("ask @ki")
    page.wait_for_text("Kim Okafor", ".suggestions")
    box.send_keys(Keys.ENTER)
    assert box.get_attribute("value") == "ask @kim "
    box.send_keys(Keys.ENTER)
    said = slack.workspace.wait_for(lambda messages: messages)
    assert said[0]["text"] == "ask <@U0KIM00001>"
    slack.workspace.type("lee", "@dana look here", channel="#general")
    page.wait(lambda: page.text(".place.unread .mentions") == "1")


def test_a_direct_conversation_is_opened_from_the_side(open_page: Open, bot: WebClient) -> None:
    page = open_page("dana")
    page.press('[data-focus="place/shippy"]')
    page.wait_for_text("beginning of your conversation with shippy")
    page.type("status")
    page.wait_for_text("status")
    channel = bot.conversations_open(users=["U0DANA0001"])["channel"]["id"]
    assert bot.conversations_history(channel=channel)["messages"][0]["text"] == "status"


def test_a_hint_is_put_into_the_box_and_bookmarks_are_links(open_page: Open, slack: Running) -> None:
    page = open_page()
    slack.workspace.hint("shippy ship green-button")
    slack.workspace.bookmarks(GitHub="http://127.0.0.1:1/acme/web")
    page.press(".hint")
    assert page.find("#composer textarea").get_attribute("value") == "shippy ship green-button"
    page.wait(lambda: page.text("#bookmarks a").strip() == "GitHub")
    assert page.find("#bookmarks a").get_attribute("href") == "http://127.0.0.1:1/acme/web"


def test_everything_is_there_on_a_phone(open_page: Open, slack: Running, bot: WebClient) -> None:
    page = open_page("dana", **PHONE)
    living = bot.chat_postMessage(channel=DEPLOYS, text="rolling", blocks=LIVING)["ts"]
    bot.chat_postMessage(channel=DEPLOYS, text="x" * 300, thread_ts=living)
    page.wait(lambda: "1 reply" in page.message(living).text)
    assert not page.overflows()
    assert all(button.rect["x"] + button.rect["width"] <= 390 for button in page.all(".actions .button"))
    assert not page.find("#sidebar").is_displayed()
    page.press(page.at(living) + " .thread-line")
    page.wait(lambda: page.find("#thread").rect["width"] == 390)
    assert not page.overflows()
    page.press('[aria-label="Close the thread"]')
    page.press('[aria-label="Open the menu"]')
    page.press('.person:has([value="lee"])')
    page.press('[data-focus="place/general"]')
    page.wait(lambda: page.text("#header h1") == "# general")
    page.wait(lambda: not page.find("#sidebar").is_displayed())
    page.type("hello from a phone")
    said = slack.workspace.wait_for(lambda messages: messages, channel="#general")
    assert said[0]["user"] == "U0LEE00001"


def test_the_page_is_used_with_the_keyboard_alone(open_page: Open, bot: WebClient) -> None:
    page = open_page()
    bot.chat_postMessage(channel=DEPLOYS, text="rolling", blocks=LIVING)
    page.wait_for_text("Rolling")
    keys = ActionChains(page.driver)
    for _ in range(40):
        keys.send_keys(Keys.TAB).perform()
        if page.driver.switch_to.active_element.get_attribute("data-action") == "abort":
            break
    keys.send_keys(Keys.ENTER).perform()
    page.wait_for_text("Abort this deploy?", "dialog")
    assert page.driver.switch_to.active_element.text == "Yes, abort"
    keys.send_keys(Keys.ESCAPE).perform()
    page.wait(lambda: not page.all("dialog"))


def test_who_reads_above_stays_there_and_is_told_of_what_is_new(open_page: Open, slack: Running) -> None:
    page = open_page()
    for number in range(60):
        slack.workspace.type("kim", f"message {number}")
    page.wait_for_text("message 59")
    page.driver.execute_script("document.getElementById('timeline').scrollTop = 0")
    page.wait(lambda: page.find("#timeline").get_property("scrollTop") == 0)
    slack.workspace.type("kim", "while you read above")
    page.wait_for_text("New messages", ".conversation .jump")
    assert page.find("#timeline").get_property("scrollTop") == 0
    page.press(".conversation .jump")
    page.wait(lambda: not page.find(".conversation .jump").is_displayed())
    assert page.find("#timeline").get_property("scrollTop") != 0


def test_the_page_starts_anew_with_a_workspace_that_was_started_again(driver: webdriver.Chrome) -> None:
    with running() as first:
        page = ChatPage(driver, first.page, "dana")
        first.workspace.type("kim", "before")
        page.wait_for_text("before")
        port = first.url.rpartition(":")[2]
    page.wait_for_text("reconnecting", "#sidebar")
    with running("--port", port) as second:
        second.workspace.type("kim", "after")
        page.wait_for_text("after")
        assert "before" not in page.text("#timeline")
        driver.get("about:blank")


def test_a_page_that_was_left_holds_no_connection(open_page: Open, slack: Running) -> None:
    """A browser opens six connections to a server, and keeps the last pages for coming back to them."""
    for person in ("dana", "kim", "lee", "dana", "kim", "lee", "dana", "kim"):
        page = open_page(person)
    page.type("still here")
    page.wait_for_text("still here")
    page.driver.back()
    page.wait(lambda: page.find("#composer textarea"))
    slack.workspace.type("kim", "and back again")
    page.wait_for_text("and back again")
