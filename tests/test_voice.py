from __future__ import annotations

import json
import re
from dataclasses import replace

from shippy.answers import HistoryReport, Told
from shippy.chat import markup
from shippy.config.schema import Config
from shippy.errors import NotAllowed, NothingRunning
from shippy.events import Connecting, Entry, Prepared
from shippy.model import Deploy, Live, Phase, Slot, Turns
from shippy.voice import Voice
from tests.sentences.samples import AT, COMMIT, RUNNING
from tests.world import app_settings

CONFIG = Config.model_validate(
    {
        "name": "hal",
        "chat": {"transport": "local"},
        "github": {"token": "t"},
        "apps": {
            "web": app_settings(
                links={"New Relic": "https://one.example.com/{commit}", "Splunk": "https://s.example.com/?q={deploy}"}
            )
        },
    }
)
PREPARED = Entry(1, AT, Prepared(RUNNING.id, "web"))


def test_the_vip_and_the_links_are_those_of_the_app_with_commit_and_deploy_filled_in() -> None:
    text = Voice(CONFIG).narrate(PREPARED, RUNNING) or ""
    assert "http://10.0.0.5:8001/ reaches only the new containers" in text
    assert f"New Relic: https://one.example.com/{COMMIT}\n" in text
    assert f"Splunk: https://s.example.com/?q={RUNNING.id}\n" in text


def test_commands_begin_with_the_configured_name() -> None:
    assert "`hal ship <branch>`" in Voice(CONFIG).render(NothingRunning("commit"))


def test_an_outcome_that_is_told_reads_like_the_event_itself() -> None:
    voice = Voice(CONFIG)
    assert voice.render(Told(PREPARED, RUNNING)) == voice.narrate(PREPARED, RUNNING)


def test_an_event_that_nobody_needs_to_read_is_none_and_not_an_empty_text() -> None:
    silent = Entry(1, AT, Connecting(RUNNING.id, "web", ()))
    assert Voice(CONFIG).narrate(silent, RUNNING) is None
    assert Voice(CONFIG).render(Told(silent, RUNNING)) == ""


def test_every_text_is_finished_for_where_it_is_shown() -> None:
    voice = Voice(CONFIG, str.upper)
    assert voice.render(HistoryReport(AT, ())) == "NOTHING HAS BEEN SHIPPED YET."
    assert "READY TO VERIFY" in (voice.narrate(PREPARED, RUNNING) or "")


def test_a_deploy_of_an_app_that_the_config_has_no_longer_is_still_told() -> None:
    assert "Ready to verify" in (Voice(CONFIG).narrate(PREPARED, replace(RUNNING, app="gone")) or "")


COMMITTED = replace(
    RUNNING, phase=Phase.COMMITTED, live=Live(Slot.BLUE, "d0", "a" * 40), swapped=True, swapped_at=AT, ended=AT
)


def drawn(deploy: Deploy, **traffic: str) -> str:
    chat = {"transport": "socket_mode", "bot_token": "xoxb-1", "app_token": "xapp-1", "channels": ["#deploys"]}
    apps = {"web": app_settings(traffic=traffic)}
    config = Config.model_validate({"chat": chat, "github": {"token": "t"}, "apps": apps})
    return json.dumps(Voice(config).draw(deploy, {}, AT, Turns()).blocks)


def test_a_deploy_can_be_undone_as_long_as_the_config_keeps_what_was_live_before_warm() -> None:
    assert f"<!date^{int(AT.timestamp()) + 900}^" in drawn(COMMITTED, warm="15m")
    for never in (COMMITTED, replace(COMMITTED, app="gone"), replace(COMMITTED, live=Live(Slot.BLUE))):
        assert "stay warm" not in drawn(never, warm="0s" if never is COMMITTED else "15m")


def test_ones_own_browser_is_shown_a_release_where_the_config_has_a_key_for_the_links() -> None:
    verifying = replace(RUNNING, phase=Phase.VERIFYING, hosts=(), ready=())
    assert "Show me" in drawn(verifying, link_key="0123456789abcdef" * 4)
    assert "Show me" not in drawn(verifying)


def test_who_may_is_named_and_nobody_of_them_is_called() -> None:
    names = ("dana", "<@U1>", "<!channel>", "@here", "@everyone")
    text = Voice(CONFIG, markup.message).render(NotAllowed("ship", names, ("@deployers", "<!subteam^S1>")))
    assert text.startswith("This needs the right to ship. Ask one of these: @deployers, ")
    assert "<" not in text
    assert not re.search(r"@(channel|here|everyone)", text)
