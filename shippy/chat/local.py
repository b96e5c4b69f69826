"""The local socket: commands from the shell of the machine that the daemon runs on, Slack or no Slack."""

from __future__ import annotations

import fcntl
import logging
import os
import pwd
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from gevent.pool import Pool
from gevent.server import StreamServer

from shippy.chat.conversation import Conversation, Narrate, Render, read_command
from shippy.chat.incoming.intake import Intake
from shippy.chat.markup import addressed
from shippy.errors import ShuttingDown, Unavailable
from shippy.events import Entry
from shippy.model import Deploy, HostProgress, Person

log = logging.getLogger(__name__)

MOST_CLIENTS = 64
CREDENTIALS = struct.Struct("3i")


class LocalSocket:
    """Takes commands over a Unix socket that only the daemon's own user can open.

    The protocol is JSON, one object a line: `{"text": "status"}` goes in; `{"say": "…"}`, as often as there is
    something, comes out, with `{"alive": true}` where there is nothing for long; `{"end": true, "ok": false}` is last.
    While its command runs, a client also hears what happens to deploys: this is a ports.Listener.
    """

    def __init__(self, name: str, path: Path, *, intake: Intake, render: Render, narrate: Narrate) -> None:
        self._name = name
        self._path = path
        self._intake = intake
        self._render = render
        self._narrate = narrate
        self._conversations: set[Conversation] = set()
        self._server: StreamServer | None = None
        self._lock: BinaryIO | None = None

    def start(self) -> None:
        """Begin to take commands.

        Raises:
            Unavailable: another daemon has the socket, or it cannot be made.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self._path.with_name(self._path.name + ".lock"))
            listener = _listening(self._path)
        except OSError as error:
            self.stop(0)
            raise Unavailable(f"the control socket {self._path}", str(error)) from error
        self._server = StreamServer(listener, self._serve, spawn=Pool(MOST_CLIENTS))
        self._server.start()

    def stop(self, seconds: float) -> None:
        """Take no more clients; give those who are there so many seconds to be told how their command ended."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
            self._server.stop(timeout=seconds)
        if self._lock is not None:
            self._lock.close()

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        for conversation in self._conversations:
            conversation.heard(entry, deploy)

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Not told: whoever asks in the shell has their answer."""

    def heard_of_app(self, entry: Entry) -> None:
        """Not told: `status` tells what is, and the log what was."""

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        """Not told: a line for every percent would flood the terminal."""

    def _serve(self, client: socket.socket, _address: object) -> None:
        try:
            with client:
                self._converse(client)
        except (OSError, ValueError) as error:
            log.info("a client of the control socket: %s", error)
        except Exception:
            # The greenlet's error boundary: a bug over one client must not reach the others.
            log.exception("a client of the control socket met a bug")

    def _converse(self, client: socket.socket) -> None:
        typed = read_command(client)
        text = addressed(typed, self._name, "", direct=True) or ""
        conversation = Conversation(text, _peer(client), self._render, self._narrate)
        self._conversations.add(conversation)
        try:
            if not self._intake.put(conversation):
                conversation.answer(ShuttingDown())
                conversation.close()
            conversation.serve(client)
        finally:
            self._conversations.discard(conversation)


def _locked(path: Path) -> BinaryIO:
    """A file that is locked until it is closed or its process ends, however that ends."""
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise OSError("another daemon has it") from None
    return file


def _listening(path: Path) -> socket.socket:
    """A listening socket, mode 0600 from its first moment, in place of a stale one that nobody answers on."""
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as probe, suppress(ConnectionRefusedError, FileNotFoundError):
            probe.settimeout(1.0)
            probe.connect(str(path))
            raise OSError("somebody else answers on it")
        path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    # A socket gets its mode from the umask; nothing else runs between these lines.
    previous = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(previous)
    listener.listen()
    listener.setblocking(False)
    return listener


def _peer(client: socket.socket) -> Person:
    """Who is at the other end, as the kernel tells (SO_PEERCRED: pid, uid, gid)."""
    _, uid, _ = CREDENTIALS.unpack(client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))
    return local_person(uid)


def local_person(uid: int) -> Person:
    """A user of this machine, by their number."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Person(f"local:{name}", name, local=True)
