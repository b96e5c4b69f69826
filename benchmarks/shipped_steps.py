"""Where the time of a ship goes, per step and per host, from what shippy has recorded and reported itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from benchmarks.peers.floor import Steps
from benchmarks.shippable import Shipped, Step

Spans = dict[tuple[str, str], tuple[float, float]]
"""By step and place: from when to when, in seconds after the command was accepted."""

PREPARING = "prepare: "
STEPS = (
    ("started", "the ref resolved, the lock taken, the deploy recorded"),
    ("resolve", "the image's digest, asked of the registry"),
    ("checks", "the diff and the checks, since the deploy was recorded"),
    ("pull", "the image brought to the host, since the digest was known"),
    ("preparing", "the balancers at rest, leftovers removed, before a host begins"),
    ("create", "until the engine has made the container"),
    ("start", "until the engine has started it"),
    ("healthy", "until it has answered, and that is recorded"),
    ("files", "the balancer's files are on disk"),
    ("servers", "servers added, and up in the balancer's own eyes"),
    ("map", "the map set, and read back"),
    ("answered", "until the VIP answers with the new commit"),
)


def breakdown(shipped: Sequence[Shipped], steps: Sequence[Step], bare: Sequence[Steps]) -> str:
    """A table: each step and place with the medians of its begin and its length over all ships, beside the floor's."""
    ships = [dict(spans_of(one, steps)) for one in shipped]
    floors = [
        {(what, where): span for what, places in one.of.items() for where, span in places.items()} for one in bare
    ]
    lines = ["| | | from | to | took | the raw calls |", "|---|---|---:|---:|---:|---:|"]
    for what, meaning in STEPS:
        places = sorted({where for spans in ships for name, where in spans if name == what})
        for where in places:
            found = [spans[what, where] for spans in ships if (what, where) in spans]
            begin, end = (median(one[side] for one in found) for side in (0, 1))
            took = median(one[1] - one[0] for one in found)
            least = [one[what, where][1] - one[what, where][0] for one in floors if (what, where) in one]
            raw = f"{median(least) * 1000:.0f} ms" if least else ""
            told = meaning if where == places[0] else ""
            cells = " | ".join(f"{one * 1000:.0f} ms" for one in (begin, end, took))
            lines.append(f"| {what} {where} | {told} | {cells} | {raw} |")
    used = median(list(_processor_time(shipped, steps)) or [0.0])
    lines.append(f"\nThe daemon's own processor time from the first step to the last: {used * 1000:.0f} ms.")
    return "\n".join(lines)


def spans_of(one: Shipped, steps: Sequence[Step]) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    began = one.accepted
    at = _first_of_each(one)
    yield ("started", ""), (0.0, at["started"] - began)
    yield ("checks", ""), (at["started"] - began, at["checks_reported"] - began)
    within = [step for step in steps if began <= step[2] and step[3] <= one.answered]
    for what, where, first, last, _ in within:
        if what in {"resolve", "pull"}:
            yield (what, where), (first - began, last - began)
        # The first change of the balancers only puts them where they are.
        if what in {"files", "servers", "map"} and first >= at["connecting"]:
            yield (what, where), (first - began, last - began)
    for host in sorted({where for what, where, *_ in within if what.startswith(PREPARING)}):
        reported = {
            what.removeprefix(PREPARING): first - began
            for what, where, first, *_ in reversed(within)
            if where == host and what.startswith(PREPARING)
        }
        yield ("preparing", host), (at["preparing"] - began, reported["connecting"])
        yield ("create", host), (reported["creating"], reported["starting"])
        yield ("start", host), (reported["starting"], reported["waiting for health"])
        yield ("healthy", host), (reported["waiting for health"], at[f"host_ready {host}"] - began)
    yield ("answered", ""), (at["connecting"] - began, one.seconds)


def _first_of_each(one: Shipped) -> dict[str, float]:
    """When each kind of event was recorded first; those of hosts by their names."""
    found: dict[str, float] = {}
    for kind, at, payload in one.entries:
        host = f" {payload['endpoint']['host']}" if kind == "host_ready" else ""
        found.setdefault(f"{kind}{host}", at)
    return found


def _processor_time(shipped: Iterable[Shipped], steps: Sequence[Step]) -> Iterator[float]:
    for one in shipped:
        used = [cpu for _, _, first, last, cpu in steps if one.accepted <= first and last <= one.answered]
        if used:
            yield max(used) - min(used)
