"""Asking a container over HTTP whether it is healthy."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException

import gevent

from shippy.backend.engine.connecting import tcp
from shippy.model import Endpoint

FIRST_PAUSE = 0.003
GROWTH = 1.5

OK = range(200, 400)


def probe(endpoint: Endpoint, path: str, within: float) -> str | None:
    """GET the path once. None: it is healthy (a status of 200 to 399, as HAProxy's own check has it).

    Otherwise one line that tells what came instead. `within` is in seconds, for everything from the name's look-up to
    the status line.
    """
    connection = HTTPConnection(endpoint.address, endpoint.port)
    deadline = gevent.Timeout(within)
    try:
        with deadline:
            connection.sock = tcp(endpoint.address, endpoint.port, within)
            connection.request("GET", path, headers={"User-Agent": "shippy", "Connection": "close"})
            with connection.getresponse() as response:
                status = response.status
    except gevent.Timeout as late:
        if late is not deadline:
            raise
        return f"GET {path} had no answer within {within:g} s"
    except (OSError, HTTPException) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
        return f"GET {path}: {words.lower()}"
    finally:
        connection.close()
    return None if status in OK else f"GET {path} answered {status}"


def pauses(interval: float) -> Iterator[float]:
    """The seconds between one probe and the next: short at first, since most containers are up at once."""
    pause = FIRST_PAUSE
    while pause < interval:
        yield pause
        pause *= GROWTH
    while True:
        yield interval
