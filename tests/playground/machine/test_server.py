"""The launcher of the playground's own servers."""

from __future__ import annotations

import pytest

from playground.machine.leftovers import vanished
from playground.machine.process import ProcessFailed
from playground.machine.server import start_server

TINY = "tests.playground.machine.tiny_server"


def test_a_server_is_there_when_it_has_said_where() -> None:
    with start_server(TINY, "--port", "0") as server:
        assert server.url == "http://127.0.0.1:1"
        assert server.info["arguments"] == ["--port", "0", "--until-stdin-closes"]
        assert server.process.running
    assert not server.process.running
    assert not server.process.log.exists()


def test_a_server_that_cannot_start_is_told_with_its_words() -> None:
    with pytest.raises(ProcessFailed, match="no room for another server"):
        start_server(TINY, "--fail")


def test_a_server_ends_when_its_stdin_does() -> None:
    with start_server(TINY) as server:
        assert server.process.popen.stdin is not None
        server.process.popen.stdin.close()
        server.process.popen.wait(10)
        assert vanished(server.info["pid"])
