"""What a HAProxy has counted of an app's answers, out of "show stat". Pure.

management.txt of HAProxy 2.6, section 9.1, and what a HAProxy 2.6.12 was seen to count (tests/integration/haproxy has
the tests): a request counts once, when it has ended, with the status that the visitor got. So the answers that HAProxy
makes itself (502, 503, 504) are among `req_tot` and `hrsp_5xx`; a redispatched request, or one that a second try has
served, counts as that second answer alone, and in neither `econ` nor `eresp`. A visitor who leaves counts in neither,
too. Requests of the VIP are among those of its candidate: HAProxy counts a backend's requests wherever they are from.

`rtime` is a sliding average of all requests that got an answer: HAProxy adds v - sum / 512 to a sum at each, of which
it shows a 512th in whole milliseconds, rounded up. (The manual's "1024 last requests" are those that make 87 % of it.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shippy.backend.haproxy.state import BACKEND_ROW, backend_name, chooser, columns
from shippy.model import Counts, Slot, SlotCounts

WINDOW = 512
"""TIME_STATS_SAMPLES in HAProxy's defaults.h."""

EVERY_BACKEND = "show stat -1 2 -1"
"""One answer for both slots, so that they are counted up to the same moment."""


class Row(NamedTuple):
    """What is used of the hundred columns of "show stat", under their names there."""

    req_tot: str
    hrsp_5xx: str
    econ: str
    eresp: str
    rtime: str


def parse_counts(answer: str, app: str) -> SlotCounts:
    """The counters of an app's slots; a slot whose backend is not there is not in it."""
    header, *lines = answer.removeprefix("# ").splitlines()
    chosen = chooser(header, Row._fields)
    found = {slot: _line_of(backend_name(app, slot), lines) for slot in Slot}
    return {slot: _counts(Row(*chosen(columns(line)))) for slot, line in found.items() if line is not None}


def _line_of(backend: str, lines: Iterable[str]) -> str | None:
    """A backend's own row; its name is the first column."""
    return next((line for line in lines if line.startswith(f"{backend},{BACKEND_ROW},")), None)


def _counts(row: Row) -> Counts:
    requests, errors, econ, eresp = (int(cell or 0) for cell in row[:4])
    response_ms = float(row.rtime or 0) if requests else None
    return Counts(requests, errors, econ + eresp, response_ms, WINDOW)
