"""The Web API, called with Slack's own client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.slack.client import NotDone, Workspace
from playground.slack.process import Running, Workspaces

DANA, KIM, SHIPPY = "U0DANA0001", "U0KIM00001", "U0SHIPPY01"
DEPLOYS, GENERAL = "C0DEPLOYS1", "C0GENERAL1"


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


def test_auth_test_tells_who_the_token_speaks_for(standing_bot: WebClient) -> None:
    answer = standing_bot.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team"]) == (SHIPPY, "B0SHIPPY01", "Playground")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("xapp-playground-shippy", "chat.postMessage", "not_allowed_token_type"),
        ("xoxb-playground-shippy", "apps.connections.open", "not_allowed_token_type"),
        ("xoxb-playground-shippy", "chat.noSuchThing", "unknown_method"),
    ],
)
def test_a_token_that_is_not_good_for_a_method_is_refused(
    standing: Running, token: str, method: str, code: str
) -> None:
    client = WebClient(token=token, base_url=standing.api_url, timeout=10)
    with pytest.raises(SlackApiError) as error:
        client.api_call(method)
    assert refusal(error) == code


def test_a_missing_scope_is_named_with_those_that_the_token_has(workspaces: Workspaces, tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    narrow = "xoxb-narrow"
    token = {"token": narrow, "kind": "bot", "user": SHIPPY, "scopes": ["channels:read"]}
    app = {"token": "xapp-narrow", "kind": "app", "user": SHIPPY, "scopes": []}
    seed.write_text(json.dumps({"tokens": [token, app]}))
    with workspaces.new(seed) as slack, pytest.raises(SlackApiError) as error:
        WebClient(token=narrow, base_url=slack.api_url, timeout=10).chat_postMessage(channel=DEPLOYS, text="hi")
    assert error.value.response.data == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "channels:read",
    }


@pytest.mark.parametrize("channel", [DEPLOYS, "#deploys", "deploys"])
def test_a_channel_is_found_by_id_and_by_name(standing_bot: WebClient, channel: str) -> None:
    assert standing_bot.chat_postMessage(channel=channel, text="hello")["channel"] == DEPLOYS


def test_a_message_to_a_person_opens_one_direct_conversation(bot: WebClient, workspace: Workspace) -> None:
    channel = bot.chat_postMessage(channel=DANA, text="psst")["channel"]
    assert channel.startswith("D")
    assert bot.conversations_open(users=[DANA])["channel"]["id"] == channel
    workspace.type("dana", "what?", channel="@shippy")
    assert [message["text"] for message in bot.conversations_history(channel=channel)["messages"]] == ["what?", "psst"]


@pytest.mark.parametrize(("channel", "code"), [("C0NOWHERE", "channel_not_found"), (GENERAL, "not_in_channel")])
def test_a_bot_posts_only_where_it_is_a_member(standing_bot: WebClient, channel: str, code: str) -> None:
    with pytest.raises(SlackApiError) as error:
        standing_bot.chat_postMessage(channel=channel, text="hello")
    assert refusal(error) == code


def test_a_bot_that_joins_may_post(bot: WebClient) -> None:
    bot.conversations_join(channel=GENERAL)
    assert bot.chat_postMessage(channel=GENERAL, text="hello")["ok"]
    assert SHIPPY in bot.conversations_members(channel=GENERAL)["members"]


def test_timestamps_are_unique_and_ordered(standing_bot: WebClient) -> None:
    stamps = [standing_bot.chat_postMessage(channel=DEPLOYS, text=str(number))["ts"] for number in range(5)]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp.partition(".")[2]) == 6 for stamp in stamps)


def test_an_update_keeps_what_it_does_not_name(bot: WebClient, workspace: Workspace) -> None:
    ts = bot.chat_postMessage(channel=DEPLOYS, text="one", blocks=[{"type": "divider"}])["ts"]
    bot.chat_update(channel=DEPLOYS, ts=ts, text="two")
    (message,) = workspace.messages()
    assert (message["text"], message["blocks"][0]["type"], message["edits"]) == ("two", "divider", 1)
    assert "edited" not in message


def test_only_the_author_changes_and_deletes_a_message(bot: WebClient, workspace: Workspace) -> None:
    ts = workspace.type("dana", "mine")
    with pytest.raises(SlackApiError) as error:
        bot.chat_update(channel=DEPLOYS, ts=ts, text="ours")
    assert refusal(error) == "cant_update_message"
    with pytest.raises(SlackApiError) as error:
        bot.chat_delete(channel=DEPLOYS, ts=ts)
    assert refusal(error) == "cant_delete_message"
    with pytest.raises(NotDone, match="not_yours"):
        workspace.edit("kim", ts, "ours")


def test_an_edit_of_text_shows_and_a_deleted_root_leaves_a_tombstone(bot: WebClient, workspace: Workspace) -> None:
    ts = bot.chat_postMessage(channel=DEPLOYS, text="one")["ts"]
    bot.chat_update(channel=DEPLOYS, ts=ts, text="two")
    assert workspace.messages()[0]["edited"]["user"] == SHIPPY
    workspace.type("dana", "a reply", thread=ts)
    bot.chat_delete(channel=DEPLOYS, ts=ts)
    root, reply = workspace.messages()
    assert (root["subtype"], reply["text"]) == ("tombstone", "a reply")


def test_a_thread_is_counted_on_its_root_and_kept_out_of_the_history(bot: WebClient, workspace: Workspace) -> None:
    root = workspace.type("dana", "root")
    bot.chat_postMessage(channel=DEPLOYS, text="first", thread_ts=root)
    workspace.type("kim", "second", thread=root)
    (message,) = bot.conversations_history(channel=DEPLOYS)["messages"]
    assert (message["reply_count"], message["reply_users"]) == (2, [SHIPPY, KIM])
    replies = bot.conversations_replies(channel=DEPLOYS, ts=root)["messages"]
    assert [reply["text"] for reply in replies] == ["root", "first", "second"]
    assert replies[1]["parent_user_id"] == DANA


def test_a_reply_to_nothing_is_refused(standing_bot: WebClient) -> None:
    with pytest.raises(SlackApiError) as error:
        standing_bot.chat_postMessage(channel=DEPLOYS, text="hello?", thread_ts="1.000001")
    assert refusal(error) == "thread_not_found"


def test_an_ephemeral_message_is_seen_by_one_and_in_no_history(bot: WebClient, workspace: Workspace) -> None:
    bot.chat_postEphemeral(channel=DEPLOYS, user=KIM, text="only you")
    assert workspace.messages()[0]["ephemeral_to"] == KIM
    assert bot.conversations_history(channel=DEPLOYS)["messages"] == []


def test_reactions_come_and_go(bot: WebClient, workspace: Workspace) -> None:
    ts = workspace.type("dana", "shippy ship it")
    bot.reactions_add(channel=DEPLOYS, timestamp=ts, name="eyes")
    with pytest.raises(SlackApiError) as error:
        bot.reactions_add(channel=DEPLOYS, timestamp=ts, name="eyes")
    assert refusal(error) == "already_reacted"
    assert bot.reactions_get(channel=DEPLOYS, timestamp=ts)["message"]["reactions"][0]["users"] == [SHIPPY]
    bot.reactions_remove(channel=DEPLOYS, timestamp=ts, name="eyes")
    assert "reactions" not in workspace.messages()[0]


def test_long_text_is_cut_in_a_message_and_refused_in_an_update(standing_bot: WebClient) -> None:
    posted = standing_bot.chat_postMessage(channel=DEPLOYS, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    with pytest.raises(SlackApiError) as error:
        standing_bot.chat_update(channel=DEPLOYS, ts=posted["ts"], text="é" * 2_001)
    assert refusal(error) == "msg_too_long"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([section("x")] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([section("x" * 3_001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "sectoin"}], "unsupported type: sectoin [json-pointer:/blocks/0/type]"),
        ([{"type": "actions", "elements": []}], "must have at least 1 item [json-pointer:/blocks/0/elements]"),
    ],
)
def test_blocks_beyond_slacks_limits_are_refused_with_the_place(
    standing_bot: WebClient, blocks: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(SlackApiError) as error:
        standing_bot.chat_postMessage(channel=DEPLOYS, text="fallback", blocks=blocks)
    assert refusal(error) == "invalid_blocks"
    assert f"[ERROR] {words}" in error.value.response["response_metadata"]["messages"]


def test_all_blocks_together_have_a_limit(standing_bot: WebClient) -> None:
    with pytest.raises(SlackApiError) as error:
        standing_bot.chat_postMessage(channel=DEPLOYS, text="fallback", blocks=[section("x" * 2_500)] * 5)
    assert refusal(error) == "msg_blocks_too_long"


def test_history_is_paged_by_message_so_that_new_ones_do_not_shift_it(bot: WebClient, workspace: Workspace) -> None:
    for number in range(5):
        workspace.type("dana", str(number))
    first = bot.conversations_history(channel=DEPLOYS, limit=2)
    workspace.type("dana", "new")
    second = bot.conversations_history(channel=DEPLOYS, limit=2, cursor=first["response_metadata"]["next_cursor"])
    texts = [message["text"] for message in [*first["messages"], *second["messages"]]]
    assert (texts, second["has_more"]) == (["4", "3", "2", "1"], True)


def test_people_groups_and_channels_are_listed(standing_bot: WebClient) -> None:
    users = {user["name"]: user for user in standing_bot.users_list()["members"]}
    assert users["guest"]["is_restricted"]
    assert users["shippy"]["is_bot"]
    assert standing_bot.users_info(user=KIM)["user"]["profile"]["email"] == "kim@example.com"
    assert standing_bot.users_lookupByEmail(email="kim@example.com")["user"]["id"] == KIM
    (group,) = standing_bot.usergroups_list()["usergroups"]
    assert standing_bot.usergroups_users_list(usergroup=group["id"])["users"] == [DANA, KIM]
    page = standing_bot.conversations_list(limit=1)
    rest = standing_bot.conversations_list(limit=1, cursor=page["response_metadata"]["next_cursor"])
    assert [one["name"] for one in [*page["channels"], *rest["channels"]]] == ["deploys", "general"]
    assert [channel["id"] for channel in standing_bot.users_conversations()["channels"]] == [DEPLOYS]


def test_a_burst_above_the_rate_gets_429_with_retry_after(bot: WebClient, workspace: Workspace) -> None:
    workspace.set(per_second=0.5, burst=2)
    bot.chat_postMessage(channel=DEPLOYS, text="one")
    bot.chat_postMessage(channel=DEPLOYS, text="two")
    with pytest.raises(SlackApiError) as error:
        bot.chat_postMessage(channel=DEPLOYS, text="three")
    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "2"
    assert bot.chat_postMessage(channel=DANA, text="another channel has its own rate")["ok"]


def test_a_service_that_is_down_answers_503_and_says_nothing(bot: WebClient, workspace: Workspace) -> None:
    workspace.fault(down=True)
    with pytest.raises(SlackApiError) as error:
        bot.chat_postMessage(channel=DEPLOYS, text="lost")
    assert error.value.response.status_code == 503
    workspace.fault(down="reset")
    with pytest.raises(OSError, match=r"closed connection|reset"):
        bot.chat_postMessage(channel=DEPLOYS, text="lost")
    workspace.fault(down=False)
    assert bot.auth_test()["ok"]
    assert workspace.messages() == []


def test_calls_are_logged_without_their_tokens(bot: WebClient, slack: Running) -> None:
    bot.chat_postMessage(channel=DEPLOYS, text="hello")
    bot.api_call("auth.test", params={"token": slack.bot_token})
    posted, tested = slack.workspace.calls()
    assert (posted["method"], posted["ok"], posted["body"]["text"]) == ("chat.postMessage", True, "hello")
    assert slack.bot_token not in str(tested)


def test_a_view_opens_only_with_a_trigger_of_an_interaction(standing_bot: WebClient) -> None:
    with pytest.raises(SlackApiError) as error:
        standing_bot.views_open(
            trigger_id="made up", view={"type": "modal", "title": {"type": "plain_text", "text": "x"}}
        )
    assert refusal(error) == "invalid_trigger_id"
    home = standing_bot.views_publish(user_id=DANA, view={"type": "home", "blocks": []})["view"]
    assert (
        standing_bot.views_update(view_id=home["id"], view={"type": "home", "blocks": []})["view"]["id"] == home["id"]
    )
