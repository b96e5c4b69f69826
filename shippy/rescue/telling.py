"""The words of a rescue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shippy.model import Container, Deploy, Phase, Routing, Traffic
from shippy.rescue.book import Book
from shippy.rescue.records import Recorded


def journal_problem(book: Book) -> str:
    if book.journal is None:
        return f"The journal cannot be read ({book.problem}): what follows goes by the balancers alone."
    return f"The journal can only be read ({book.problem})."


def recorded(known: Recorded) -> Iterator[str]:
    """What the journal says, in a line or two."""
    if known.live is None:
        yield "Recorded: nothing was ever made live."
    else:
        yield f"Recorded: {_short(known.live.commit)} is live in {known.live.slot} (deploy {known.live.deploy})."
    if known.deploy is None:
        yield "Recorded: no deploy is running."
        return
    deploy = known.deploy
    what = f"{deploy.owner.name}'s deploy {deploy.id} of {deploy.ref} ({_short(deploy.commit)})"
    yield f"Recorded: {what} is {deploy.phase}; {routing(known.routing)}."


def balancer(name: str, found: Traffic | str, known: Recorded | None) -> tuple[str, bool]:
    """A balancer's line, and whether it does what is recorded."""
    if isinstance(found, str):
        return f"{name}: does not answer ({found})", False
    if known is None:
        return f"{name}: {routing(found.routing)}", False
    if found.routing != known.routing:
        return f"{name}: {routing(found.routing)}; that is not as recorded", False
    if not found.in_slot(found.routing.stable) and known.live is not None:
        return f"{name}: {routing(found.routing)}; but there is no server in {found.routing.stable}", False
    return f"{name}: {routing(found.routing)}; as recorded", True


def host(name: str, there: tuple[Container, ...] | str, known: Recorded | None) -> str:
    if isinstance(there, str):
        return f"{name}: {there}"
    if not there:
        return f"{name}: no container"
    live = known.live.deploy if known and known.live else None
    running = known.deploy.id if known and known.deploy else None
    roles = {live: "live", running: "of the running deploy"}
    told = [f"{one.name} ({one.slot}, {roles.get(one.deploy, 'of an ended deploy')}) is {one.state}" for one in there]
    return f"{name}: {'; '.join(told)}"


def too_late(deploy: Deploy) -> str:
    merged = f"Nothing was done: {deploy.ref} is merged (as {_short(deploy.merged)}), so there is nothing to abort."
    if deploy.phase is Phase.UNDOING:
        return f"{merged} Start shippy: it finishes the undo."
    return f"{merged} Start shippy: it finishes the commit; then `undo` goes back while the old release is warm."


def put_back(name: str, found: Traffic | str, wanted: Traffic | None, failure: str | None) -> str:
    """What was done on a balancer."""
    before = f"it does not answer: {found}" if isinstance(found, str) else f"it was: {routing(found.routing)}"
    if wanted is None:
        return f"{name}: not put back ({before})"
    if failure:
        return f"{name}: not put back, or not wholly: {failure} ({before})"
    if found == wanted:
        return f"{name}: {routing(wanted.routing)}, as before"
    return f"{name}: put back; {routing(wanted.routing)} ({before})"


def left_to_do(known: Recorded | None, away: Sequence[str], unrecorded: str, *, readable: bool) -> Iterator[str]:
    """What somebody still has to do, and what the next daemon does by itself."""
    deploy = known.deploy if known else None
    if away:
        yield f"look after {', '.join(away)}: what visitors get there is not known. Try again when it answers."
    if not readable:
        yield "repair the journal, or move it away: shippy does not start with one that it cannot read."
    if unrecorded and deploy is not None:
        yield (
            f"the abort could not be recorded ({unrecorded}). The journal still has the deploy as {deploy.phase}: "
            "type `abort` as soon as shippy has started, because it will go on from there."
        )
    if deploy is None:
        yield "start shippy."
        return
    if deploy.merging:
        yield "GitHub may have merged the branch, and was not asked. The next shippy asks it, and says what came of it."
    if not unrecorded:
        yield "start shippy: it finishes this abort, removes the new containers and releases the lock."
    if deploy.phase is Phase.PREPARING:
        yield "what the deploy has started on the hosts is still there until then."


def routing(does: Routing) -> str:
    """ "green serves the public, blue has 25 %"."""
    if does.candidate is None:
        return f"{does.stable} serves all of the public"
    return f"{does.stable} serves the public, {does.candidate} has {does.share} of it"


def _short(commit: str | None) -> str:
    return commit[:8] if commit else "no commit"
