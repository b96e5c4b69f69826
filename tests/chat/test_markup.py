# ruff: noqa: RUF001 - characters that look like others are what is tested here
"""What people type is understood as they typed it, and nothing that the bot repeats is live."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.chat.markup import addressed, block, code, escape, for_terminal, link, mention, message, plain

BOT = "U0BOT"
LIVE = re.compile(r"<[@#!]|@(?:channel|here|everyone|group)\b", re.IGNORECASE)

hostile = st.lists(
    st.sampled_from(
        [
            "<!here>",
            "@channel",
            "<@U1|x>",
            "@",
            "he",
            "re",
            "`",
            "*",
            "_",
            "&lt;",
            "&",
            "<",
            ">",
            "|",
            "\u200b",
            "\n",
            " ",
        ]
    )
    | st.text(max_size=5)
).map("".join)


@pytest.mark.parametrize(
    ("delivered", "typed"),
    [
        ("ship <http://feature.io/x|feature.io/x>", "ship feature.io/x"),
        ("ship <https://github.example.com/acme/web/pull/12>", "ship https://github.example.com/acme/web/pull/12"),
        ("ship <http://a.io?a=1&amp;b=2|a.io?a=1&amp;b=2>", "ship a.io?a=1&b=2"),
        ("ask <mailto:ann@example.com|ann@example.com>", "ask ann@example.com"),
        ("ask <mailto:ann@example.com>", "ask ann@example.com"),
        ("in <#C1|deploys> or <#C2>", "in #deploys or #C2"),
        ("for <@U1> and <@U2|bob>", "for @U1 and @bob"),
        ("<!here> <!channel> <!subteam^S1|@ops> <!subteam^S2>", "@here @channel @ops @S2"),
        ("since <!date^0^{date}|yesterday>", "since yesterday"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("because “it’s ‘fine’”", "because \"it's 'fine'\""),
        ("ship\u00a0x\u200b-1\r\n\tnow\ufeff", "ship x-1 now"),
        ("ship `feature-x`", "ship feature-x"),
        ("ship \u202egnp.exe\u2066", "ship gnp.exe"),
        ("ship \ud83d", "ship"),
        (f"<@{BOT}|shippy> status", f"<@{BOT}> status"),
    ],
)
def test_what_slack_delivers_is_read_as_it_was_typed(delivered: str, typed: str) -> None:
    assert plain(delivered, BOT) == typed


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("shippy status", "status"),
        ("Shippy: status", "status"),
        ("@SHIPPY, status", "status"),
        ("shippy:status", "status"),
        ("shippy", ""),
        (f"<@{BOT}> status", "status"),
        (f"<@{BOT}>: takeover because <@{BOT}> waits", "takeover because @shippy waits"),
        ("shippy-staging status", None),
        ("shippys status", None),
        ("my shippy status", None),
        ("status", None),
        ("", None),
    ],
)
def test_a_message_is_for_the_bot_if_it_starts_with_its_name_or_a_mention(text: str, command: str | None) -> None:
    assert addressed(text, "shippy", BOT, direct=False) == command


@pytest.mark.parametrize("text", ["status", "shippy status", f"<@{BOT}> status"])
def test_in_a_direct_message_the_name_may_be_left_out(text: str) -> None:
    assert addressed(text, "shippy", BOT, direct=True) == "status"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("feature_x-2*3", "feature_x-2*3"),
        ("*bold* _it_ ~no~ `code`", "∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ"),
        ("> quote\nsecond", "› quote second"),
        ("<!here> & @channel", "&lt;!here&gt; &amp; ＠channel"),
        ("ann@example.com @heretic", "ann@example.com @heretic"),
    ],
)
def test_an_escaped_text_reads_the_same_and_does_nothing(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_code_stays_one_span_and_a_block_stays_one_block() -> None:
    assert code("a`b\nc") == "`aˋb c`"
    assert block("one\n```two\n<x>") == "```\none\nˋˋˋtwo\n&lt;x&gt;\n```"


def test_a_link_shows_its_label_and_only_web_addresses_become_one() -> None:
    assert link("https://x.example/a?b=1&c=2", "a|b>") == "<https://x.example/a?b=1&amp;c=2|a¦b&gt;>"
    assert link("javascript:<x>", "label") == "label (javascript:&lt;x&gt;)"


def test_a_whole_message_keeps_its_lines_and_its_code_and_moves_no_cursor() -> None:
    said = "live: `feature_x` of *web*\n\x1b[2J<!here> @channel & more"
    assert for_terminal(said) == "live: `feature_x` of *web*\n[2J<!here> @channel & more"
    assert message(said) == "live: `feature_x` of *web*\n[2J&lt;!here&gt; ＠channel &amp; more"


def test_a_long_address_in_a_message_is_a_link_with_short_commits_and_nothing_else_is_hidden() -> None:
    url = f"https://x.example/compare/{'a' * 40}...{'b' * 40}?x=1&y"
    short = "https://x.example/compare/aaaaaaaa...bbbbbbbb?x=1&amp;y"
    assert message(f"see {url}.") == f"see <{url.replace('&', '&amp;')}|{short}>."
    for as_it_is in ("https://x.example/compare/abc", "a" * 40, f"`{url.partition('?')[0]}`"):
        assert message(as_it_is) == as_it_is
    assert "<" not in message(f"https://x.example/@channel/{'a' * 40}")


@given(hostile)
def test_any_text_at_all_is_read_as_one_line(text: str) -> None:
    read = plain(text, BOT)
    assert read == " ".join(read.split())
    addressed(read, "shippy", BOT, direct=True)
    read.encode()


@given(hostile)
def test_nothing_that_is_repeated_mentions_anybody_or_leaves_its_place(text: str) -> None:
    for shown in (escape(text), code(text), block(text), message(text), link("https://x.example/", text)):
        assert LIVE.search(shown) is None
        shown.encode()
    assert "`" not in escape(text)
    assert "\n" not in escape(text) + code(text)
    assert code(text).count("`") in {0, 2}
    assert block(text).count("```") == 2


@given(hostile)
def test_what_was_typed_and_escaped_is_shown_by_slack_as_it_was_read(text: str) -> None:
    """Slack undoes the escapes when it shows a message, and finds no markup of its own in it."""
    assert re.search(r"<[^>]*>", escape(plain(text))) is None


def test_forty_thousand_characters_of_markers_take_no_time_to_speak_of() -> None:
    for char in "`<*_>|&@":
        escape(plain(char * 40_000))


@pytest.mark.parametrize(
    ("who", "written"),
    [("U1", "<@U1>"), ("W2", "<@W2>"), ("S3", "<!subteam^S3>"), ("@leads", "@leads"), ("<!here>", "&lt;!here&gt;")],
)
def test_people_and_groups_are_mentioned_by_their_ids_and_by_nothing_else(who: str, written: str) -> None:
    assert mention(who) == written
