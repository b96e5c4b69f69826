"""Asking a container over HTTP whether it is healthy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import gevent

from shippy.backend.engine.connecting import tcp
from shippy.backend.engine.errors import BrokenOff
from shippy.backend.engine.http import ask
from shippy.model import Endpoint

FIRST_PAUSE = 0.003
LATE = 0.1
"""What is waited between two probes, of what has been waited by then: by so much is a container seen late."""
MOST_A_SECOND = 5000
"""Probes of all hosts together."""

OK = range(200, 400)


def probe(endpoint: Endpoint, path: str, within: float) -> str | None:
    """GET the path once. None: it is healthy (a status of 200 to 399, as HAProxy's own check has it).

    Otherwise one line that tells what came instead. `within` is in seconds, for everything from the name's look-up to
    the status line.
    """
    headers = f"Host: {endpoint.authority}\r\nUser-Agent: shippy\r\nConnection: close\r\n\r\n"
    request = f"GET {path} HTTP/1.1\r\n{headers}".encode()
    deadline = gevent.Timeout(within)
    try:
        with deadline, closing(tcp(endpoint.address, endpoint.port, within)) as link:
            status = ask(link, request).status
    except gevent.Timeout as late:
        if late is not deadline:
            raise
        return f"GET {path} had no answer within {within:g} s"
    except BrokenOff as error:
        return f"GET {path}: {error}"
    except OSError as error:
        return f"GET {path}: {(error.strerror or str(error)).lower()}"
    return None if status in OK else f"GET {path} answered {status}"


def pauses(interval: float, hosts: int = 1) -> Iterator[float]:
    """The seconds between one probe and the next: short at first, since most containers are up at once.

    Args:
        interval: the longest pause.
        hosts: how many are probed at the same time.
    """
    least, waited = max(FIRST_PAUSE, hosts / MOST_A_SECOND), 0.0
    while True:
        pause = min(max(least, waited * LATE), interval)
        yield pause
        waited += pause
