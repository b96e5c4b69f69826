"""Images that are on the hosts before somebody ships them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from shippy.answers import AheadReport
from shippy.errors import HostFailed
from shippy.model import Prefetched
from shippy.sentences.phrases import listed, short

STEP = 1024
UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def ahead(report: AheadReport) -> Iterator[str]:
    """A line for each group of hosts that have the same images ahead; those that do not answer are left out."""
    if report.wanted is None:
        yield "Prefetched: not known yet, GitHub has not said which builds are green."
        return
    if not report.wanted:
        label = f" with the label {report.label}" if report.label else ""
        yield f"Prefetched: nothing, because no open pull request{label} has a green build."
        return
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for host, there in report.hosts.items():
        if not isinstance(there, HostFailed):
            sizes = {image.digest: image.size for image in there}
            groups[_there(report.wanted, sizes, report.budget)].append(host)
    for told, hosts in groups.items():
        yield f"Prefetched on {listed(hosts)}: {told}."


def amount(size: int) -> str:
    """ "950 bytes", "12 MiB", "1.5 GiB"."""
    left = float(size)
    for unit in UNITS[:-1]:
        if left < STEP:
            return f"{_figure(left)} {unit}"
        left /= STEP
    return f"{_figure(left)} {UNITS[-1]}"


def _figure(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"  # noqa: PLR2004 one digit before the point


def _there(wanted: tuple[Prefetched, ...], sizes: Mapping[str, int], budget: int) -> str:
    """What a host has of what is wanted, what is still to come, and how much of its disk that takes."""
    has = [each for each in wanted if each.image.digest in sizes]
    lacks = [each.revision.ref for each in wanted if each.image.digest not in sizes]
    told = [f"{_named(each)}, {amount(sizes[each.image.digest])})" for each in has]
    taken = sum(sizes[each.image.digest] for each in has)
    to_come = f"; {listed(lacks)} to come" if lacks else ""
    return f"{listed(told)}{to_come}; {amount(taken)} of {amount(budget)}"


def _named(each: Prefetched) -> str:
    """The beginning of " #12 (feature-x at 1a2b3c4d, 95 MiB)"."""
    branch = f"{each.revision.branch} at " if each.revision.branch else ""
    return f"{each.revision.ref} ({branch}{short(each.revision.commit)}"
