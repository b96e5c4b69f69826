"""The whole of a rescue: show, or abort, app by app."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shippy.config import Config
from shippy.journal.holding import Guard
from shippy.journal.opening import NOBODY
from shippy.model import Person
from shippy.rescue import book, telling
from shippy.rescue.aborting import abort
from shippy.rescue.book import Book
from shippy.rescue.ending import Ending
from shippy.rescue.records import Recorded, readable
from shippy.rescue.site import Site, site

Say = Callable[[str], None]

UNUSED = frozenset({"chat", "github", "people", "nags", "webhook", "metrics"})
"""The sections of the config that a rescue does without."""


def needless(path: str) -> bool:
    """Whether the secrets at a key path of the config may be missing: in a shell they often are."""
    return path.partition(".")[0] in UNUSED or ".container." in path or path.endswith(".traffic.link_key")


def rescue(
    config: Config, apps: Sequence[str], say: Say, aborting: Person | None = None, guard: Guard = NOBODY
) -> Ending:
    """Show what is recorded and what is; or have somebody abort: public traffic back to the stable slot.

    An abort changes the balancers that answer and records in the journal that the deploy is being aborted, so that the
    next daemon goes on with that. It asks neither hosts nor GitHub, Slack or a registry, and takes at most half a
    minute an app.

    Args:
        apps: names of apps of the config.
        say: is given one line at a time.
        aborting: who aborts; None: everything is only looked at.
        guard: what ends the process where somebody else may have the journal by then.
    """
    if _daemon_runs(config, say, aborting):
        return Ending.DAEMON_RUNS
    with book.opened(config.journal, writing=aborting is not None, guard=guard) as opened:
        # Whoever has begun to run since then has the journal, and is why it cannot be written.
        if aborting and not opened.writable and _daemon_runs(config, say, aborting):
            return Ending.DAEMON_RUNS
        if opened.problem:
            say(telling.journal_problem(opened))
        endings = [one(site(app, config.apps[app]), opened, say, aborting) for app in apps]
    return max(endings)


def _daemon_runs(config: Config, say: Say, aborting: Person | None) -> bool:
    """Whether somebody else takes commands, who is named then."""
    holder = book.daemon(config.journal, config.control)
    if holder:
        verb = "abort" if aborting else "status"
        say(f"A shippy is running ({holder}), and nothing was done here: it takes commands.")
        say(f"  python ship.py tell --control {config.control} {verb}")
    return holder is not None


def one(where: Site, opened: Book, say: Say, aborting: Person | None) -> Ending:
    """The rescue of one app."""
    known, why = readable(opened.journal, where.app)
    say(where.app)
    if why:
        say(f"  The journal cannot be read ({why}): this goes by the balancers alone.")
    if known is not None:
        for line in telling.recorded(known):
            say(f"  {line}")
    if aborting is not None:
        return abort(where, known, opened, say, aborting)
    return _show(where, known, say)


def _show(where: Site, known: Recorded | None, say: Say) -> Ending:
    well = known is not None
    for name, found in where.read().items():
        line, as_recorded = telling.balancer(name, found, known)
        well = well and as_recorded
        say(f"  {line}")
    for host, there in where.containers().items():
        well = well and not isinstance(there, str)
        say(f"  {telling.host(host, there, known)}")
    return Ending.WELL if well else Ending.UNWELL
