"""Puts the public traffic back to the stable slot while no daemon runs."""

from __future__ import annotations

from collections.abc import Callable

from shippy.errors import JournalFailed
from shippy.events import Aborting
from shippy.model import Deploy, Person, Phase, Routing, Traffic
from shippy.rescue import telling
from shippy.rescue.book import Book
from shippy.rescue.ending import Ending
from shippy.rescue.records import Recorded
from shippy.rescue.site import Site

Say = Callable[[str], None]

REASON = "from the shell, while shippy was not running"


def abort(site: Site, known: Recorded | None, book: Book, say: Say, by: Person) -> Ending:
    """Put the traffic back on every balancer that answers, and have the next daemon go on with the abort.

    The journal comes first, as always; but where it cannot be written, the traffic goes back all the same.
    """
    deploy = known.deploy if known else None
    if deploy is not None and deploy.merged is not None:
        say(f"  {telling.too_late(deploy)}")
        return Ending.TOO_LATE
    unrecorded = _record(deploy, book, by) if deploy is not None else ""
    found = site.read()
    wanted = {name: traffic for name, answer in found.items() if (traffic := _wanted(answer, known)) is not None}
    failures = site.force(wanted)
    for name, answer in found.items():
        say(f"  {telling.put_back(name, answer, wanted.get(name), failures.get(name))}")
    away = [name for name in found if name not in wanted or name in failures]
    left = list(telling.left_to_do(known, away, unrecorded, readable=known is not None))
    for line in left:
        say(f"  To do: {line}")
    return Ending.UNWELL if away or unrecorded or known is None else Ending.WELL


def _record(deploy: Deploy, book: Book, by: Person) -> str:
    """Have the journal say that the deploy is being aborted; returns why it does not."""
    if deploy.phase is Phase.ABORTING:
        return ""
    if book.journal is None or not book.writable:
        return book.problem
    try:
        book.journal.append(Aborting(deploy.id, deploy.app, by=by, reason=REASON))
    except JournalFailed as error:
        return error.why
    return ""


def _wanted(found: Traffic | str, known: Recorded | None) -> Traffic | None:
    """What a balancer should do. Without a record it keeps its servers, and its own word for what is stable."""
    if known is not None and known.aborted is not None:
        return known.aborted
    if isinstance(found, str):
        return None
    return Traffic(Routing(known.stable if known and known.live else found.routing.stable), found.endpoints)
