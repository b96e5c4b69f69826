"""What the hosts of an app run, held against what is recorded: between deploys, and while one waits for a person."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from shippy.deploys import running, state
from shippy.deploys.running import Absence, Answers, Running
from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.rolling import climbs_up, stop_climb
from shippy.deploys.watch.troubles import Troubles
from shippy.errors import HostFailed
from shippy.events import Moved, Part, Swap, Swept
from shippy.model import Container, Deploy, Endpoint, Release, Slot, Traffic

log = logging.getLogger(__name__)

STARTED_AGAIN_EVERY = timedelta(seconds=60)
"""Between two tries to start the live container of a host again."""

Moment = list[tuple[str, int]]
"""The deploys that matter to an app, and how far each has come."""

Found = Mapping[str, tuple[Container, ...] | HostFailed]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class HostWatch:
    """Looks at the hosts. A live container that is gone is started again, and what ended deploys have left is removed.

    What is not clear beyond doubt is only told: a container of a deploy that the journal does not know, or one that its
    engine is about to start again.
    """

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._tried: dict[tuple[str, str], datetime] = {}
        self._seen_gone: dict[str, frozenset[str]] = {}
        self._in_order: dict[str, tuple[Moment, Found]] = {}

    def look(self, site: Site, troubles: Troubles) -> None:
        before = self._moment(site)
        found = site.fleet.watch()
        # A deploy may have gone on while the hosts answered: what they told may be over by now.
        if self._busy(site) or self._moment(site) != before:
            return
        if self._in_order.pop(site.name, None) == (before, found) or self._mend(site, troubles, found):
            self._in_order[site.name] = before, found

    def _mend(self, site: Site, troubles: Troubles, found: Found) -> bool:
        """Tell and mend what is not as recorded; returns whether there is nothing, and nothing to be forgotten."""
        silent = {host: there.reason for host, there in found.items() if isinstance(there, HostFailed)}
        answers = {host: there for host, there in found.items() if not isinstance(there, HostFailed)}
        troubles.see(Part.HOST, silent, answers)
        swap = self._last_swap(site)
        recorded = running.recorded(self._shown(site), swap)
        absences = list(running.absences(recorded, answers))
        absent = {absence.host: absence for absence in reversed(absences)}
        wrong = dict(self._strangers(answers)) if swap else {}
        wrong |= {host: str(absence) for host, absence in absent.items()}
        troubles.see(Part.CONTAINER, wrong, [host for host in answers if host not in wrong])
        self._stop_climb(site, absences)
        moved = self._follow(site, recorded, answers)
        left = self._sweep(site, answers, recorded.live)
        gone = {host: absence for host, absence in absent.items() if absence.live and absence.for_good}
        self._start_again(site, troubles, recorded.live, self._surely_gone(site, gone))
        return not (silent or wrong or moved or left or troubles)

    def _busy(self, site: Site) -> bool:
        return self._deploys.locks.busy(site.name)

    def _sessions(self, site: Site) -> list[Session]:
        """The running deploys of an app, and the one that its balancers show."""
        latest = self._deploys.latest(site.name)
        there = [session for session in self._deploys.locks if session.deploy.app == site.name]
        return there if latest is None or latest in there else [*there, latest]

    def _moment(self, site: Site) -> Moment:
        return [(session.deploy.id, session.last.number) for session in self._sessions(site)]

    def _shown(self, site: Site) -> Deploy | None:
        latest = self._deploys.latest(site.name)
        return latest.deploy if latest else None

    def _last_swap(self, site: Site) -> Swap | None:
        entry = self._deploys.journal.last_swap(site.name)
        return entry.event if entry is not None and isinstance(entry.event, Swap) else None

    def _strangers(self, answers: Answers) -> Iterator[tuple[str, str]]:
        """The hosts with containers of deploys that the journal does not know."""
        deploys = {one.deploy for containers in answers.values() for one in containers}
        unknown = {deploy for deploy in deploys if not self._deploys.journal.of_deploy(deploy)}
        for host, containers in answers.items():
            strange = [one.name for one in containers if one.deploy in unknown]
            if strange:
                yield host, f"no recorded deploy has started {strange[0]}"

    def _stop_climb(self, site: Site, absences: list[Absence]) -> None:
        """No more traffic goes by itself to a release that has lost a container; less of it may."""
        session = self._deploys.latest(site.name)
        lost = next((absence for absence in absences if not absence.live), None)
        if session is not None and lost is not None and climbs_up(session.deploy):
            stop_climb(session, f"the new container on {lost.host} {lost.happened}")

    def _follow(self, site: Site, recorded: Running, answers: Answers) -> bool:
        """Record where the containers answer that were started again: Docker has given them another port.

        Returns whether there is any.
        """
        session = self._deploys.latest(site.name)
        if session is None:
            return False
        moved = list(running.moved(session.deploy, recorded, answers))
        for slot, endpoint in moved:
            if not self._busy(site):
                session.record(Moved(*session.key, slot=slot, endpoint=endpoint))
        return bool(moved)

    def _sweep(self, site: Site, answers: Answers, live: str | None) -> bool:
        """Remove what ended deploys have left on hosts that came back late; returns whether there is anything."""
        kept = self._kept(site, live)
        left = [one for there in answers.values() for one in there if one.deploy not in kept]
        unwanted = {deploy for deploy in {one.deploy for one in left} if self._has_ended(deploy)}
        if not unwanted or _still_served(site, {one.endpoint for one in left if one.endpoint}):
            return bool(left)
        for host, removed in site.fleet.sweep(unwanted).items():
            if removed and not isinstance(removed, HostFailed):
                names = tuple(container.name for container in removed)
                self._deploys.seen(Swept(site.name, host, names))
        return True

    def _kept(self, site: Site, live: str | None) -> set[str | None]:
        """The deploys whose containers stay: the live one, one that runs, and the one before it while it is warm."""
        kept = {live}
        for deploy in (session.deploy for session in self._sessions(site)):
            if not deploy.phase.ended or (deploy.swapped and not deploy.drained):
                kept |= {deploy.id, deploy.live.deploy}
        return kept

    def _has_ended(self, deploy: str) -> bool:
        entries = self._deploys.journal.of_deploy(deploy)
        return bool(entries) and state.folded(entries).phase.ended

    def _surely_gone(self, site: Site, gone: Mapping[str, Absence]) -> list[str]:
        """The hosts whose engine leaves the container alone: it is not there, or has not run at the last look either.

        An engine that is being stopped, or has just been started, tells of containers that have exited as well, and
        starts them again by itself.
        """
        before = self._seen_gone.get(site.name, frozenset())
        self._seen_gone[site.name] = frozenset(gone)
        return [host for host, absence in gone.items() if not absence.state or host in before]

    def _start_again(self, site: Site, troubles: Troubles, live: str | None, hosts: list[str]) -> None:
        now = self._deploys.clock.now()
        due = [host for host in hosts if now - self._tried.get((site.name, host), _LONG_AGO) >= STARTED_AGAIN_EVERY]
        release = self._release(live) if due and live else None
        if release is None or self._busy(site):
            return
        self._tried |= {(site.name, host): now for host in due}

        def finished(outcome: Endpoint | HostFailed) -> None:
            if isinstance(outcome, HostFailed):
                log.warning("%s: the live container on %s does not start: %s", site.name, outcome.host, outcome.reason)
            else:
                troubles.mended(Part.CONTAINER, outcome.host)

        site.fleet.prepare(release, lambda _: None, finished, due)

    def _release(self, live: str) -> Release | None:
        """The live release; None where this journal has not recorded its image."""
        entries = self._deploys.journal.of_deploy(live)
        deploy = state.folded(entries) if entries else None
        if deploy is None or deploy.revision is None or deploy.image is None or deploy.slot is None:
            return None
        return Release(deploy.app, deploy.id, deploy.revision.commit, deploy.image, deploy.slot)


def _still_served(site: Site, endpoints: set[Endpoint]) -> bool:
    """Whether a balancer has one of them, or does not tell: it may send visitors there."""
    for answer in site.balancers.read().values():
        if not isinstance(answer, Traffic) or any(endpoints & answer.in_slot(slot) for slot in Slot):
            return True
    return False
