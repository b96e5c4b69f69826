"""What Slack delivers is acknowledged in time, and never ahead of its being handed on."""

from __future__ import annotations

import json
import socket

from gevent.event import Event as Flag

from shippy.chat.incoming.inbound import Inbound
from shippy.chat.incoming.link import Link
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.slack import SlackApi
from tests.chat import raw
from tests.chat.incoming.test_link import HELLO, Heard, linked, typed
from tests.chat.rig import QUICK


def test_while_nobody_takes_what_came_slack_has_to_wait_with_the_rest() -> None:
    taken, sent, waiting = Flag(), Flag(), Flag()
    much = json.dumps(json.loads(typed(1)) | {"text": "x" * 10_000})
    burst = raw.frame(much.encode()) * 3_000

    def pour(client: socket.socket) -> None:
        client.sendall(raw.frame(HELLO.encode()) + burst)
        sent.set()
        raw.answer_pings(client)

    def deliver(_: Inbound) -> None:
        waiting.set()
        taken.wait()

    with raw.serving(pour) as url, linked(lambda: url, deliver=deliver):
        assert waiting.wait(5)
        assert not sent.wait(0.3)
        taken.set()
        assert sent.wait(20)


def test_what_is_acknowledged_together_is_acknowledged_ahead_of_what_is_handed_on() -> None:
    """Nothing is acknowledged that comes behind what a bug, or a full queue, has kept from being handed on."""
    acknowledged: list[str] = []
    envelopes = [f'{{"envelope_id":"E{number}","type":"events_api","payload":{{}}}}' for number in range(3)]
    slash = '{"envelope_id":"S1","type":"slash_commands","payload":{"user_id":"U1","channel_id":"C1","text":"x"}}'
    done = Flag()

    def listen(client: socket.socket) -> None:
        raw.say('{"type":"hello"}', *envelopes, slash, *envelopes)(client)
        while (received := raw.received(client))[0] == raw.TEXT:
            acknowledged.append(json.loads(received[1])["envelope_id"])
        done.set()

    def deliver(_: Inbound) -> None:
        raise ZeroDivisionError

    heard = Heard()
    understanding = SocketMode(SlackApi("token", "http://127.0.0.1:9/")).understand
    with raw.serving(listen, raw.stay_silent) as url:
        link = Link(lambda: url, understanding, deliver, lost=heard.lost.append, returned=heard.returned, pace=QUICK)
        link.start()
        assert done.wait(5)
        link.stop()
    assert acknowledged == ["E0", "E1", "E2", "S1"]
