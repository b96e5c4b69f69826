"""HTTP as engines speak it: whole answers, streams, and what comes instead of them."""

from __future__ import annotations

from io import BufferedReader, BytesIO

import pytest

from shippy.backend.engine.errors import BrokenOff
from shippy.backend.engine.http import Answer

OK = b"HTTP/1.1 200 OK\r\n"


class Wire(BytesIO):
    """A connection on which an engine has sent all that it sends."""

    def makefile(self, _: str) -> BufferedReader:
        return BufferedReader(self)


def answer(data: bytes) -> Answer:
    begun = Answer(Wire(data))  # type: ignore[arg-type]  # of a connection it reads alone
    begun.begin()
    return begun


def test_a_body_has_the_length_that_was_told() -> None:
    told = answer(OK + b"Content-Length: 2\r\nApi-Version: 1.41\r\n\r\n{}HTTP/1.1 200")
    assert (told.status, told.headers["api-version"]) == (200, "1.41")
    assert not told.leaves_it_usable
    assert told.body() == b"{}"
    assert told.leaves_it_usable


def test_a_body_in_chunks_is_put_together() -> None:
    told = answer(OK + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n")
    assert told.body() == b"abc0123456789"
    assert told.leaves_it_usable


def test_lines_come_as_they_are_whole_wherever_chunks_end() -> None:
    told = answer(
        OK
        + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n8\r\n1}\r\n\r\n{"\r\n6\r\nb":2}\n\r\n3\r\n{c}\r\n0\r\n\r\n'
    )
    assert list(told.lines()) == [b'{"a":1}', b'{"b":2}', b"{c}"]


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_some_answers_have_no_body(status: str) -> None:
    told = answer(f"HTTP/1.1 {status}\r\n\r\n".encode())
    assert told.body() == b""
    assert told.leaves_it_usable


def test_an_answer_ahead_of_the_answer_is_passed_over() -> None:
    assert answer(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n").status == 200


def test_a_body_without_a_length_goes_on_to_the_end_of_the_connection() -> None:
    told = answer(OK + b"\r\nall the rest")
    assert told.body() == b"all the rest"
    assert not told.leaves_it_usable


@pytest.mark.parametrize("head", [b"HTTP/1.0 200 OK\r\n", OK + b"Connection: close\r\n"])
def test_a_connection_that_is_to_be_closed_is_not_used_again(head: bytes) -> None:
    told = answer(head + b"Content-Length: 0\r\n\r\n")
    assert told.body() == b""
    assert not told.leaves_it_usable


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "broke the connection off"),
        (b"HTTP/1.1 20", "does not speak HTTP"),
        (OK + b"Content-Length: 2\r\n", "broke the connection off"),
        (OK + b"Content-Length: 2\r\n\r\n{", "broke the connection off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", "broke the connection off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "broke the connection off"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46\n", "does not speak HTTP"),
        (b"x" * 70000, "answered with too long a line"),
        (OK + b"a: b\r\n" * 300, "answered with too many headers"),
    ],
)
def test_what_is_no_answer_is_told(data: bytes, why: str) -> None:
    with pytest.raises(BrokenOff) as failed:
        answer(data).body()
    assert str(failed.value) == why
