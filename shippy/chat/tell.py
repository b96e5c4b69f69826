"""The other end of the local socket: `ship.py tell`."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

from shippy.errors import Unavailable

CONNECT_SECONDS = 5.0
# The daemon gives a sign of life at least every ten seconds.
SILENCE_SECONDS = 30.0


def tell(path: Path, text: str, out: Callable[[str], None], silence: float = SILENCE_SECONDS) -> bool:
    """Have a running daemon run a command; each thing that it says is given to `out`, as it comes.

    Returns:
        Whether the command did what it should.

    Raises:
        Unavailable: no daemon listens there, or it went away in the middle.
    """
    daemon = f"the daemon at {path}"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(str(path))
        except PermissionError as error:
            raise Unavailable(daemon, "only the user that it runs as may talk to it") from error
        except OSError as error:
            raise Unavailable(daemon, "nobody listens: is it running?") from error
        connection.settimeout(silence)
        try:
            return _converse(connection, text, out)
        except (OSError, ValueError, EOFError) as error:
            why = "it went away before the command was done; the command may go on"
            raise Unavailable(daemon, f"{why} ({error})") from error


def _converse(connection: socket.socket, text: str, out: Callable[[str], None]) -> bool:
    connection.sendall(json.dumps({"text": text}).encode() + b"\n")
    with connection.makefile("rb") as lines:
        for line in lines:
            content = json.loads(line)
            if "say" in content:
                out(str(content["say"]))
            if "end" in content:
                return bool(content.get("ok"))
    raise EOFError("no more came")
