"""HTTP as engines speak it: whole answers, streams, and what comes instead of them."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPResponse
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.backend.engine.errors import BrokenOff
from shippy.backend.engine.http import Answer, at_once

OK = b"HTTP/1.1 200 OK\r\n"


class Wire:
    """A connection on which an engine has sent all that it sends, and which it has closed."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = iter(pieces)

    def recv(self, _: int) -> bytes:
        return next(self._pieces, b"")

    def makefile(self, _: str) -> BytesIO:
        """For http.client."""
        return BytesIO(b"".join(self._pieces))


def answer(*pieces: bytes) -> Answer:
    return Answer(Wire(*pieces), at_once)  # type: ignore[arg-type]  # of a connection it reads alone


def test_a_body_has_the_length_that_was_told() -> None:
    told = answer(OK + b"Content-Length: 2\r\nApi-Version: 1.41\r\n\r\n{", b"}")
    assert (told.status, told.headers["api-version"]) == (200, "1.41")
    assert not told.leaves_it_usable
    assert told.body() == b"{}"
    assert told.leaves_it_usable


def test_who_answers_more_than_was_asked_is_not_asked_again_on_that_connection() -> None:
    told = answer(OK + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n")
    assert told.body() == b"{}"
    assert not told.leaves_it_usable


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
        (b"HTTP/1.1 20", "broke the connection off"),
        (OK + b"Content-Length: 2\r\n", "broke the connection off"),
        (OK + b"Content-Length: 2\r\n\r\n{", "broke the connection off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", "broke the connection off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "does not speak HTTP"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46\n", "does not speak HTTP"),
        (OK + b"a: " + b"x" * 70000, "answered with too many headers"),
        (OK + b"a: b\r\n" * 20000, "answered with too many headers"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, "answered with too many headers"),
    ],
)
def test_what_is_no_answer_is_told(data: bytes, why: str) -> None:
    with pytest.raises(BrokenOff) as failed:
        answer(data).body()
    assert str(failed.value) == why


@st.composite
def framed(draw: st.DrawFn) -> bytes:
    """An answer whose end is told by itself: by its status, by a length, or by a last chunk."""
    status = draw(st.sampled_from(["200 OK", "201 Created", "204 No Content", "304 Not Modified", "404 Not Found"]))
    ahead = draw(st.sampled_from([b"", b"HTTP/1.1 100 Continue\r\n\r\n"]))
    lines = draw(st.sets(st.sampled_from(["Server: a", "Api-Version: 1.41", "X-Empty:", "Connection: close"])))
    head = ahead + "\r\n".join([f"HTTP/1.1 {status}", *sorted(lines)]).encode() + b"\r\n"
    if status.startswith(("204", "304")):
        return head + b"\r\n"
    pieces = draw(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
    if draw(st.booleans()):
        body = b"".join(pieces)
        return head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def split(data: bytes, at: set[int]) -> Iterator[bytes]:
    """Cut in front of these bytes."""
    places = [0, *sorted(place % len(data) for place in at), len(data)]
    return (data[begin:end] for begin, end in pairwise(places) if begin < end)


@given(framed(), st.sets(st.integers(0, 500)))
def test_an_answer_is_what_the_standard_library_takes_it_for_wherever_it_is_cut(data: bytes, at: set[int]) -> None:
    known = HTTPResponse(Wire(data))  # type: ignore[arg-type]  # as above
    known.begin()
    told = answer(*split(data, at))
    assert (told.status, told.body()) == (known.status, known.read())
    assert told.headers == {name.lower(): value for name, value in known.headers.items()}
    assert told.leaves_it_usable == (not known.will_close)


@given(framed(), st.integers(0, 500), st.sets(st.integers(0, 500)))
def test_no_part_of_an_answer_is_taken_for_all_of_it(data: bytes, length: int, at: set[int]) -> None:
    part = data[: length % len(data)]
    with pytest.raises(BrokenOff, match="broke the connection off"):
        answer(*(split(part, at) if part else ())).body()
