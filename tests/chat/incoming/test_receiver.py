"""A connection ends in a way that has a name, whatever the other side does, and nothing else waits for it."""

from __future__ import annotations

import gc
import logging
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import gevent
import pytest
from gevent.event import Event as Flag

from shippy.chat.incoming.receiver import LARGEST_FRAME_BYTES, Connection, ConnectionEnded, How, Timing, connect
from tests.chat import raw
from tests.waiting import eventually

QUICK = Timing(open=2.0, quiet=0.2, answer=0.3, close=0.2)


def read_until_it_ends(url: str, timing: Timing = QUICK) -> tuple[list[str | bytes], ConnectionEnded]:
    frames: list[str | bytes] = []
    try:
        with connect(url, timing) as connection:
            while True:
                frames += connection.receive()
    except ConnectionEnded as ended:
        return frames, ended


def how_it_ends(url: str, timing: Timing = QUICK) -> How:
    return read_until_it_ends(url, timing)[1].how


@pytest.mark.parametrize(
    ("script", "how"),
    [
        (raw.say("one"), How.CUT),
        (raw.then(raw.say("one"), raw.reset), How.CUT),
        (raw.then(raw.say("one"), raw.close_frame), How.CLOSED),
        (raw.then(raw.say("one"), raw.stay_silent), How.SILENT),
    ],
    ids=["FIN", "RST", "close frame", "silence"],
)
def test_a_connection_ends_with_how_it_ended(script: raw.Script, how: How) -> None:
    with raw.serving(script) as url:
        began = time.monotonic()
        assert how_it_ends(url) is how
        assert time.monotonic() - began < 2


def test_with_the_usual_timing_a_dead_connection_is_noticed_within_fifteen_seconds() -> None:
    timing = Timing()
    assert timing.quiet + timing.answer + timing.close < 15


def test_a_peer_that_only_answers_pings_is_there() -> None:
    done = Flag()

    def answer_five_pings_then_speak(client: socket.socket) -> None:
        for _ in range(5):
            client.sendall(raw.frame(raw.received(client)[1], raw.PONG))
        client.sendall(raw.frame(b"still here"))
        done.wait(5)

    with raw.serving(answer_five_pings_then_speak) as url, connect(url, QUICK) as connection:
        assert connection.receive() == ["still here"]
        done.set()


def test_a_burst_is_read_whole_although_the_connection_is_cut_behind_it() -> None:
    with raw.serving(raw.say(*[str(number) for number in range(5_000)])) as url:
        read, _ = read_until_it_ends(url)
    assert read == [str(number) for number in range(5_000)]


def test_a_silent_peer_holds_up_no_other_greenlet() -> None:
    longest = 0.0

    def tick() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            gevent.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    ticking = gevent.spawn(tick)
    with raw.serving(raw.stay_silent) as url:
        assert how_it_ends(url) is How.SILENT
    ticking.kill()
    assert longest < 0.3


def test_a_peer_that_takes_nothing_any_more_is_given_up() -> None:
    def fill(connection: Connection) -> None:
        while True:
            connection.write("x" * 60_000)
            connection.flush()

    with raw.serving(raw.stay_silent) as url:
        with pytest.raises(ConnectionEnded) as ended, connect(url, QUICK) as connection:
            fill(connection)
        assert ended.value.how is How.SILENT


def fragments(*parts: tuple[int, bytes]) -> raw.Script:
    """Send frames as they are; the first byte of each is given."""
    return lambda client: client.sendall(b"".join(raw.frame(payload, opening) for opening, payload in parts))


def test_a_message_in_fragments_is_one_whatever_stands_between_them() -> None:
    first, between, more, last = (0x01, b"on"), (raw.PING, b"there?"), (0x00, b"e \xc3"), (0x80, b"\xa4")
    binary = [(0x02, b"\xff"), (0x80, b"\x00")]
    asked = Flag()

    def speak(client: socket.socket) -> None:
        fragments((raw.TEXT, b"zero"), first, between, more, last, *binary)(client)
        assert raw.received(client) == (raw.PONG, b"there?")
        asked.set()

    with raw.serving(speak) as url, connect(url, QUICK) as connection:
        frames: list[str | bytes] = []
        while len(frames) < 3:
            frames += connection.receive()
            connection.flush()
        assert frames == ["zero", "one \u00e4", b"\xff\x00"]
        assert asked.wait(2)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (raw.frame(b"\xff"), 1007),
        (bytes([0x81, 0x81, 0, 0, 0, 0]) + b"x", 1002),
        (bytes([0xC1, 1]) + b"x", 1002),
        (raw.frame(b"x", 0x80), 1002),
        (raw.frame(b"x", 0x83), 1002),
        (bytes([0x89, 126, 1, 0]) + b"x" * 256, 1002),
        (bytes([0x81, 127]) + (LARGEST_FRAME_BYTES + 1).to_bytes(8), 1009),
    ],
    ids=["not UTF-8", "masked", "reserved bit", "out of order", "unknown", "long ping", "too large"],
)
def test_what_is_against_the_protocol_ends_the_connection_behind_what_came_before(wrong: bytes, code: int) -> None:
    told: list[tuple[int, bytes]] = []

    def speak(client: socket.socket) -> None:
        client.sendall(raw.frame(b"one") + wrong + raw.frame(b"never"))
        told.append(raw.received(client))

    with raw.serving(speak) as url:
        frames, ended = read_until_it_ends(url)
    assert (frames, ended.how) == (["one"], How.CUT)
    assert [(opening, int.from_bytes(payload[:2])) for opening, payload in told] == [(raw.CLOSE, code)]


def test_nobody_listening_and_no_such_name_are_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert how_it_ends(f"ws://127.0.0.1:{free}/") is How.UNREACHABLE
    assert how_it_ends("ws://nowhere.invalid/") is How.UNREACHABLE


def test_an_address_that_is_none_is_not_quoted_because_addresses_hold_tickets() -> None:
    assert "secret" not in read_until_it_ends("nonsense?ticket=secret")[1].why


def test_no_logger_of_shippys_own_tells_an_address_or_a_message(caplog: pytest.LogCaptureFixture) -> None:
    """The library's debug lines hold both; its own loggers are kept quiet by the daemon."""
    caplog.set_level(logging.DEBUG)
    with raw.serving(raw.say("secret")) as url:
        assert read_until_it_ends(f"{url}?ticket=secret")[0] == ["secret"]
    assert not [line for line in caplog.records if line.name.startswith("shippy") and "secret" in line.getMessage()]


def test_a_server_that_accepts_and_says_nothing_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"ws://127.0.0.1:{server.getsockname()[1]}/"
        assert how_it_ends(url, Timing(open=0.3)) is How.UNREACHABLE


def test_a_refusal_over_http_tells_when_to_come_back() -> None:
    def refuse(server: socket.socket) -> None:
        client, _ = server.accept()
        with client:
            client.recv(4096)
            client.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        refusing = gevent.spawn(refuse, server)
        url = f"ws://127.0.0.1:{server.getsockname()[1]}/"
        _, ended = read_until_it_ends(url)
        refusing.join()
    assert ended.retry_after == 7


def refuse_and_stay(server: socket.socket) -> None:
    """Refuse every handshake, with an answer that has no end."""
    with ExitStack() as open_sockets:
        while True:
            client = open_sockets.enter_context(server.accept()[0])
            client.recv(4096)
            client.sendall(b"HTTP/1.1 503 Service Unavailable\r\n\r\nwait")


def test_a_hundred_connections_that_end_while_they_are_read_leave_nothing_behind() -> None:
    """gevent would end the whole process if a socket were closed while a selector watches it."""
    gc.collect()
    before = open_files()
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server, raw.serving(raw.stay_silent) as silent:
        refusing = gevent.spawn(refuse_and_stay, server)
        url = f"ws://127.0.0.1:{server.getsockname()[1]}/"
        timing = Timing(open=0.5, quiet=0.1, answer=0.1, close=0.1)
        for _ in range(5):
            ends = [gevent.spawn(how_it_ends, where, timing) for where in [url, silent] * 10]
            left = [gevent.spawn(read_until_it_ends, where) for where in [url, silent] * 5]
            gevent.sleep(0.05)
            gevent.killall(left)
            gevent.joinall(ends, timeout=20, raise_error=True)
            assert {end.get() for end in ends} <= {How.UNREACHABLE, How.SILENT}
        refusing.kill()
    assert eventually(lambda: open_files() <= before, seconds=10)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
