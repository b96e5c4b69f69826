"""A deploy on a workspace as its users live it: one message that lives, its buttons, its thread, slash commands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import gevent
import pytest

from playground.slack.client import Json
from playground.slack.process import Running
from shippy.answers import Answer, Told
from shippy.chat import markup
from shippy.chat.card import Card, Scene, card
from shippy.chat.directory import SlackDirectory
from shippy.chat.incoming.intake import Intake
from shippy.chat.incoming.requests import Requests
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.incoming.source import SlackSource
from shippy.chat.outgoing.called import called
from shippy.chat.outgoing.details import Details
from shippy.chat.outgoing.living import LivingMessages
from shippy.chat.outgoing.living_message import Pace
from shippy.chat.outgoing.outbox import Outbox
from shippy.chat.slack import SlackApi
from shippy.deploys.service import Deploys
from shippy.errors import ShippyError
from shippy.events import CommandReceived, Entry
from shippy.model import Deploy, HostProgress, HostStep, Person, Place
from shippy.sentences import narrate, narrate_lock, render
from tests.chat.rig import QUICK, until
from tests.commands.desk import Desk
from tests.world import World

DANA = "U0DANA0001"
DEPLOYS = "C0DEPLOYS1"
VIP = "http://10.0.0.5:8001/"


@dataclass
class Bot:
    """The commands, on deploys that need no host, behind a workspace."""

    slack: Running
    kind: str
    world: World

    def __post_init__(self) -> None:
        self.api = SlackApi(self.slack.bot_token, self.slack.api_url, timeout=3.0)
        self.outbox = Outbox(self.api)
        self.directory = SlackDirectory(self.api)
        self.intake = Intake()
        self.desk = Desk(self.world, directory=self.directory)
        self.living = self.new_living()
        self.world.deploys = Deploys({"web": self.world.site}, self.world.journal, self.world.clock, self.living)
        transport = (
            SocketMode(SlackApi(self.slack.app_token, self.slack.api_url))
            if self.kind == "socket_mode"
            else Rtm(self.api)
        )
        self.source = SlackSource(
            "shippy",
            ("#deploys",),
            api=self.api,
            transport=transport,
            profiles=self.directory,
            intake=self.intake,
            journal=self.world.journal,
            request_of=Requests(self.outbox, self.directory.name, self._words).of,
            pace=QUICK,
        )

    def new_living(self) -> LivingMessages:
        return LivingMessages(
            board=self.api,
            outbox=self.outbox,
            channels=("#deploys",),
            channel_id=self.directory.channel,
            draw=self._draw,
            details=Details(self._narrate, self._narrate_lock, partial(called, user_of=lambda _: None)),
            announced=self._announced,
            pace=Pace(between=0.1, refresh=30, first=0.05, most=0.2),
        )

    def run(self) -> None:
        for request in self.intake.requests():
            gevent.spawn(self.desk.dispatcher.handle, request)

    def deploy(self) -> Deploy:
        return self.world.deploys.recent(1)[0]

    def _announced(self, deploy: str, message: Place) -> None:
        self.world.deploys.announced(deploy, message)

    def _draw(self, deploy: Deploy, progress: Mapping[str, HostProgress]) -> Card:
        turns = self.world.deploys.waiting.of(deploy.lock)
        name = lambda person: markup.escape(person.name)  # noqa: E731 - it does not fit the call's line
        now = self.world.clock.now()
        warm = timedelta(seconds=self.world.site.settings.traffic.warm)
        until = deploy.swapped_at + warm if deploy.swapped_at and warm else None
        return card(Scene(deploy, progress, now, VIP, {}, "shippy", turns, name, warm_until=until))

    def _words(self, answer: Answer | ShippyError) -> str:
        if isinstance(answer, Told):
            return self._narrate(answer.entry, answer.deploy) or ""
        return markup.message(render(answer, bot="shippy"))

    def _narrate(self, entry: Entry, deploy: Deploy) -> str | None:
        text = narrate(entry, deploy, bot="shippy", vip=VIP, links={})
        return markup.message(text) if text else None

    def _narrate_lock(self, entry: Entry, holder: Deploy | None) -> str | None:
        text = narrate_lock(entry, holder, bot="shippy")
        return markup.message(text) if text else None


@contextmanager
def working(slack: Running, kind: str = "socket_mode", world: World | None = None) -> Iterator[Bot]:
    bot = Bot(slack, kind, world or World())
    bot.outbox.start()
    bot.source.start()
    main_loop = gevent.spawn(bot.run)
    try:
        until(lambda: bot.source.connected, "connected")
        yield bot
    finally:
        bot.intake.stop()
        bot.source.stop()
        bot.living.stop(2)
        bot.outbox.stop(2)
        main_loop.join(timeout=5)


@pytest.fixture
def bot(slack: Running) -> Iterator[Bot]:
    with working(slack) as bot:
        yield bot


def shown(bot: Bot, words: str) -> Json:
    """The message of the last deploy, once it says this in its line for notifications."""

    def living(messages: list[Json]) -> Json | None:
        deploys = [deploy.id for deploy in bot.world.deploys.recent(1)]
        ours = (one for one in messages if one.get("metadata", {}).get("event_payload", {}).get("id") in deploys)
        return next((one for one in ours if words in one["text"]), None)

    return bot.slack.workspace.wait_for(living)


def whispered(bot: Bot, words: str, person: str = DANA) -> Json:
    """What only this person sees, once it says this."""

    def heard(messages: list[Json]) -> Json | None:
        return next((one for one in messages if one["ephemeral_to"] == person and words in one["text"]), None)

    return bot.slack.workspace.wait_for(heard)


def reactions(bot: Bot, ts: str) -> list[str]:
    """The emoji under a message, once there are any."""

    def seen(messages: list[Json]) -> list[str]:
        return [one["name"] for message in messages if message["ts"] == ts for one in message.get("reactions", ())]

    return bot.slack.workspace.wait_for(seen)


def ready(bot: Bot, text: str = "shippy ship feature-x", **where: str) -> Json:
    """Ship a branch and return its message, ready to verify."""
    before = bot.world.deploys.recent(1)
    bot.slack.workspace.type("dana", text, **where)
    until(lambda: bot.world.deploys.recent(1) != before, "another deploy")
    return shown(bot, "Ready to verify")


@pytest.mark.parametrize("kind", ["socket_mode", "rtm"])
def test_a_deploy_is_one_message_and_its_command_gets_an_emoji(slack: Running, kind: str) -> None:
    with working(slack, kind) as bot:
        typed = slack.workspace.type("dana", "shippy ship feature-x")
        message = shown(bot, "Ready to verify")
        assert VIP in json.dumps(message["blocks"])
        assert reactions(bot, typed) == ["white_check_mark"]
        slack.workspace.type("dana", "shippy rollout 25")
        assert shown(bot, "25 % of the traffic")["ts"] == message["ts"]
        slack.workspace.type("dana", "shippy abort the header looks wrong")
        assert shown(bot, "the header looks wrong")["ts"] == message["ts"]
        roots = [one for one in slack.workspace.messages(since=typed) if one.get("thread_ts", one["ts"]) == one["ts"]]
        assert [one["user"] for one in roots].count("U0SHIPPY01") == 1


def test_the_owner_is_mentioned_in_the_thread_when_there_is_something_to_verify(bot: Bot) -> None:
    message = ready(bot)

    def told(_: list[Json]) -> list[Json]:
        return [one for one in bot.slack.workspace.replies(message["ts"]) if "Ready to verify" in one["text"]]

    (reply,) = bot.slack.workspace.wait_for(told)
    assert reply["text"].startswith(f"<@{DANA}> ")


def test_the_log_of_hosts_that_fail_alike_is_in_the_thread_once_and_not_in_the_channel(bot: Bot) -> None:
    for host in bot.world.fleet.host.values():
        host.fail(HostStep.STARTING, "it exited", 127, log=("no such command",))
    typed = bot.slack.workspace.type("dana", "shippy ship feature-x")
    message = shown(bot, "Failed")
    assert reactions(bot, typed) == ["x"]

    def told(_: list[Json]) -> list[str]:
        texts = [one["text"] for one in bot.slack.workspace.replies(message["ts"])]
        return texts if "Failed:" in texts[-1] else []

    texts = bot.slack.workspace.wait_for(told)
    failed, ended = texts
    assert failed.startswith(f"<@{DANA}> ")
    assert failed.endswith("```\nno such command\n```")
    assert ended.startswith(f"<@{DANA}> ")


def test_a_deploy_typed_in_a_direct_message_is_shown_in_the_channel(bot: Bot) -> None:
    assert ready(bot, channel="@shippy")["channel"] == DEPLOYS


def test_a_button_is_the_command_that_it_stands_for(bot: Bot) -> None:
    message = ready(bot)
    bot.slack.workspace.click("kim", message["ts"], "rollout_25")
    shown(bot, "25 % of the traffic")
    assert str(bot.deploy().share) == "25 %"
    (pressed,) = [event for event in bot.world.happened(CommandReceived) if event.text == "rollout 25"]
    assert pressed.person == Person("U0KIM00001", "kim")
    bot.slack.workspace.click("kim", message["ts"], "abort")
    shown(bot, "Aborted")


def test_a_button_that_is_refused_is_told_to_who_pressed_it_in_the_thread(bot: Bot) -> None:
    ready(bot)
    ts = bot.api.post(DEPLOYS, "by hand", blocks=[_button("rollout 200", bot.deploy().id)])
    bot.slack.workspace.click("dana", ts, "by_hand")
    assert whispered(bot, "200")["thread_ts"] == ts


def test_a_button_of_a_deploy_that_has_ended_says_so_and_does_nothing_to_the_next(bot: Bot) -> None:
    ready(bot)
    ended = bot.deploy().id
    bot.slack.workspace.type("dana", "shippy abort")
    shown(bot, "Aborted")
    ready(bot)
    ts = bot.api.post(DEPLOYS, "an old message", blocks=[_button("rollout 100", ended)])
    bot.slack.workspace.click("kim", ts, "by_hand")
    assert whispered(bot, "rollout", "U0KIM00001")["thread_ts"] == ts
    assert str(bot.deploy().share) == "0 %"


def test_a_ship_that_somebody_else_aborts_gets_no_tick(bot: Bot) -> None:
    hold = bot.world.fleet.host["web1"].hold(HostStep.CHECKING)
    typed = bot.slack.workspace.type("dana", "shippy ship feature-x")
    assert hold.reached.wait(5)
    aborted = bot.slack.workspace.type("kim", "shippy abort")
    assert reactions(bot, aborted) == ["white_check_mark"]
    assert reactions(bot, typed) == ["x"]


def test_undo_is_pressed_on_the_message_which_shows_it_and_the_channel_hears_that_production_is_back(
    slack: Running,
) -> None:
    world = World(traffic={"warm": "15m"})
    before = world.make_live()
    with working(slack, world=world) as bot:
        message = ready(bot)
        slack.workspace.type("dana", "shippy commit")
        live = shown(bot, "Live")
        assert '"action_id": "undo"' in json.dumps(live["blocks"])
        slack.workspace.click("kim", message["ts"], "undo")
        undone = shown(bot, "Undone")
        assert undone["ts"] == message["ts"]
        assert 'undo"' not in json.dumps(undone["blocks"])
        texts = [one["text"] for one in slack.workspace.messages(since=message["ts"]) if not one.get("thread_ts")]
        (back,) = [text for text in texts if "Production is back" in text]
        assert back.startswith(f"<@{DANA}> Production is back on {(before.commit or '')[:8]}")
        replies = slack.workspace.wait_for(lambda _: [one["text"] for one in slack.workspace.replies(message["ts"])])
        assert [text for text in replies if "ships are locked" in text]


def test_a_slash_command_is_answered_to_who_typed_it_alone(bot: Bot) -> None:
    bot.slack.workspace.slash("dana", "status")
    assert whispered(bot, "web:").get("thread_ts") is None
    bot.slack.workspace.slash("kim", "ship feature-x")
    whispered(bot, "Ready to verify", "U0KIM00001")
    shown(bot, "Ready to verify")


def test_a_deploy_goes_on_without_slack_and_its_message_is_brought_up_to_date(bot: Bot) -> None:
    ready(bot)
    bot.slack.workspace.fault(down=True)
    bot.world.rollout(50)
    bot.world.commit()
    bot.slack.workspace.fault(down=False)
    shown(bot, "Live")


def test_retry_after_is_respected_and_the_last_state_arrives(bot: Bot) -> None:
    ready(bot)
    bot.slack.workspace.fault(ratelimit={"chat.update": 2}, retry_after=1)
    for percent in (5, 10, 25):
        bot.world.rollout(percent)
    shown(bot, "25 % of the traffic")


def test_a_restarted_daemon_keeps_the_message(bot: Bot) -> None:
    message = ready(bot)
    bot.living.stop(2)
    bot.world.rollout(25)
    bot.living = bot.new_living()
    bot.living.adopt(bot.deploy())
    assert shown(bot, "25 % of the traffic")["ts"] == message["ts"]


def test_a_message_is_found_again_by_its_deploy(bot: Bot) -> None:
    message = ready(bot)
    since = float(message["ts"]) - 60
    assert bot.api.find(DEPLOYS, bot.deploy().id, since) == message["ts"]
    assert bot.api.find(DEPLOYS, "another", since) is None


def _button(command: str, deploy: str) -> Json:
    value = json.dumps({"command": command, "deploy": deploy})
    text = {"type": "plain_text", "text": "Press"}
    return {"type": "actions", "elements": [{"type": "button", "action_id": "by_hand", "text": text, "value": value}]}
