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

import csv
from collections.abc import Mapping

from shippy.backend.haproxy_state import BACKEND_ROW, backend_name
from shippy.model import Counts, Slot, SlotCounts

WINDOW = 512
"""TIME_STATS_SAMPLES in HAProxy's defaults.h."""

EVERY_BACKEND = "show stat -1 2 -1"
"""One answer for both slots, so that they are counted up to the same moment."""


def parse_counts(answer: str, app: str) -> SlotCounts:
    """The counters of an app's slots; a slot whose backend is not there is not in it."""
    rows = csv.DictReader(answer.removeprefix("# ").splitlines())
    backends = {row["pxname"]: row for row in rows if row["svname"] == BACKEND_ROW}
    named = {slot: backend_name(app, slot) for slot in Slot}
    return {slot: _counts(backends[name]) for slot, name in named.items() if name in backends}


def _counts(row: Mapping[str, str]) -> Counts:
    requests, errors, econ, eresp = (int(row[name] or 0) for name in ("req_tot", "hrsp_5xx", "econ", "eresp"))
    response_ms = float(row["rtime"] or 0) if requests else None
    return Counts(requests, errors, econ + eresp, response_ms, WINDOW)
