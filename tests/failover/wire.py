"""Calls from one process to another, over a socket: what two daemons act on is in a third process, the tests' own.

A call has a connection of its own. What is called there is done to its end, whatever becomes of the caller, as an
engine or GitHub would do it.
"""

from __future__ import annotations

import copyreg
import pickle
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shippy.errors import ShippyError

LENGTH = struct.Struct("!I")
ANSWER_SECONDS = 60.0


def _read_only(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)


copyreg.pickle(MappingProxyType, lambda proxy: (_read_only, (dict(proxy),)))


@dataclass(frozen=True, slots=True)
class Call:
    """`name` of `part` is called, or read where it is none; callables among the arguments are Callbacks."""

    who: str
    part: str
    name: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """The caller's argument at this place is to be called."""

    place: int | str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """A ShippyError, by its class and its fields."""

    kind: type[ShippyError]
    fields: Mapping[str, Any]


def send(line: socket.socket, message: object) -> None:
    data = pickle.dumps(message)
    line.sendall(LENGTH.pack(len(data)) + data)


def receive(line: socket.socket) -> Any:
    """Raises ConnectionError where no more comes."""
    (length,) = LENGTH.unpack(_exactly(line, LENGTH.size))
    return pickle.loads(_exactly(line, length))  # noqa: S301 - both ends are the tests' own


def _exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = line.recv(count - len(data))
        if not part:
            raise ConnectionError("the other end is gone")
        data += part
    return data


class Far:
    """Stands for a part of the world in another process: its methods, and what can be read of it."""

    def __init__(self, path: Path, who: str, part: str, readable: frozenset[str]) -> None:
        self._path = path
        self._who = who
        self._part = part
        self._readable = readable

    def __getattr__(self, name: str) -> Any:
        if name in self._readable:
            return self._asked(name, (), {})
        return lambda *arguments, **keywords: self._asked(name, arguments, keywords)

    def _asked(self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        there: dict[int | str, Any] = dict(enumerate(arguments))
        there.update(keywords)
        told = {place: Callback(place) if callable(value) else value for place, value in there.items()}
        given = tuple(told[place] for place in range(len(arguments)))
        call = Call(self._who, self._part, name, given, {key: told[key] for key in keywords})
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ANSWER_SECONDS)
            line.connect(str(self._path))
            send(line, call)
            return _answer(line, there)


def _answer(line: socket.socket, there: Mapping[int | str, Callable[..., object]]) -> Any:
    while True:
        match receive(line):
            case Callback(place, arguments):
                there[place](*arguments)
            case Raised(kind, fields):
                error = kind.__new__(kind)
                error.__dict__.update(fields)
                raise error
            case Returned(value):
                return value
