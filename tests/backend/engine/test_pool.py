"""Connections to an engine: kept where they are fit for another call, and closed in every other case."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import gevent
import pytest
from gevent.event import Event
from gevent.server import StreamServer

from shippy.backend.engine.certificates import Certificates
from shippy.backend.engine.connecting import way_to
from shippy.backend.engine.errors import BrokenOff, ConnectTimeOut
from shippy.backend.engine.pool import KEPT, Pool
from tests.waiting import eventually

REQUEST = b"GET / HTTP/1.1\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Turn = Callable[[socket.socket], object]


class Server:
    """Answers every request, in the order of the connections by what is in `turns`, and then by ANSWER."""

    def __init__(self) -> None:
        self.requests = 0
        self.open: list[socket.socket] = []
        self.made = 0
        self.turns: list[Turn] = []
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()
        self.url = f"tcp://127.0.0.1:{self._server.address[1]}"

    def hang_up(self) -> None:
        for link in self.open:
            link.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._server.stop(timeout=0.1)

    def _serve(self, link: socket.socket, _: object) -> None:
        self.made += 1
        self.open.append(link)
        try:
            while link.recv(4096):
                self.requests += 1
                turn = self.turns.pop(0) if self.turns else lambda link: link.sendall(ANSWER)
                turn(link)
        except OSError:
            pass
        finally:
            self.open.remove(link)
            link.close()


def vanish(link: socket.socket) -> None:
    link.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def pool(server: Server) -> Iterator[Pool]:
    with closing(Pool(way_to(server.url, None, Certificates()), connect_within=5.0, idle_within=5.0)) as pool:
        yield pool


def ask(pool: Pool, *, again: bool = True) -> bytes:
    with pool.asked(REQUEST, again=again) as answer:
        return answer.body()


def test_a_connection_carries_one_call_after_another(server: Server, pool: Pool) -> None:
    assert [ask(pool) for _ in range(5)] == [b"ok"] * 5
    assert server.made == 1


def test_calls_at_the_same_time_have_connections_of_their_own_and_few_are_kept(server: Server, pool: Pool) -> None:
    gevent.joinall([gevent.spawn(ask, pool) for _ in range(20)], raise_error=True)
    assert server.made == 20
    assert eventually(lambda: len(server.open) == KEPT, seconds=5)


def test_a_connection_that_the_engine_has_closed_is_noticed_and_replaced(server: Server, pool: Pool) -> None:
    ask(pool)
    assert not pool.was_left
    server.hang_up()
    assert eventually(lambda: pool.was_left, seconds=5)
    assert ask(pool, again=False) == b"ok"
    assert server.made == 2


def test_a_kept_connection_that_ends_under_a_call_is_tried_again_where_that_is_safe(server: Server, pool: Pool) -> None:
    ask(pool)
    server.turns = [vanish]
    assert ask(pool) == b"ok"
    server.turns = [vanish]
    with pytest.raises(BrokenOff):
        ask(pool, again=False)


def test_a_new_connection_that_ends_under_a_call_is_not_tried_again(server: Server, pool: Pool) -> None:
    server.turns = [vanish]
    with pytest.raises(BrokenOff):
        ask(pool)
    assert server.requests == 1


def test_a_call_that_is_killed_leaves_no_connection(server: Server, pool: Pool) -> None:
    reached, released = Event(), Event()

    def wait(_: socket.socket) -> None:
        reached.set()
        released.wait(5)

    server.turns = [wait]
    asking = gevent.spawn(ask, pool)
    assert reached.wait(5)
    asking.kill(timeout=1)
    released.set()
    assert asking.dead
    assert eventually(lambda: not server.open, seconds=5)
    assert ask(pool) == b"ok"


def test_an_answer_that_was_not_read_to_its_end_leaves_no_connection(server: Server, pool: Pool) -> None:
    server.turns = [lambda link: link.sendall(ANSWER[:-1])]
    with pool.asked(REQUEST, again=True):
        pass
    assert eventually(lambda: not server.open, seconds=5)


def test_silence_leaves_no_connection(server: Server, pool: Pool) -> None:
    released = Event()
    server.turns = [lambda _: released.wait(5)]
    pool.idle_within = 0.1
    with pytest.raises(TimeoutError):
        ask(pool)
    released.set()
    assert eventually(lambda: not server.open, seconds=5)


def test_a_connection_that_is_in_use_when_the_pool_is_closed_is_closed_after_it(server: Server, pool: Pool) -> None:
    with pool.asked(REQUEST, again=True) as answer:
        pool.close()
        assert answer.body() == b"ok"
    assert eventually(lambda: not server.open, seconds=5)


def full_backlog() -> socket.socket:
    """A port where nobody takes connections any more: what was sent to it is not answered."""
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(0)
    return deaf


def test_a_connection_that_is_not_there_in_time_is_told() -> None:
    with full_backlog() as deaf, socket.create_connection(deaf.getsockname()):
        way = way_to(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", None, Certificates())
        with pytest.raises(ConnectTimeOut, match=r"no answer within 0\.1 s"):
            way.connect(0.1)


def test_a_connection_whose_making_is_killed_is_closed(recwarn: pytest.WarningsRecorder) -> None:
    with full_backlog() as deaf, socket.create_connection(deaf.getsockname()):
        way = way_to(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", None, Certificates())
        connecting = gevent.spawn(way.connect, 5.0)
        gevent.sleep(0)
        connecting.kill(timeout=1)
        assert connecting.dead
    assert not [warning for warning in recwarn if warning.category is ResourceWarning]
