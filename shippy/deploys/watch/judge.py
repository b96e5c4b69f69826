"""Holds the new release against the old one for as long as both have a share of the public traffic."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from functools import partial

from shippy.config.judging import Guard, MeasureSettings
from shippy.deploys.people import SHIPPY
from shippy.deploys.service import Deploys
from shippy.deploys.session import Session
from shippy.deploys.site import Site
from shippy.deploys.steps.rolling import stop_climb
from shippy.deploys.watch.lookout import Lookout, side_by_side
from shippy.deploys.watch.trial import Trial
from shippy.errors import Unavailable
from shippy.events import Judged
from shippy.judging.comparison import Seen
from shippy.model import ALL, NONE, Deploy, Judgement, Opinion, Phase, SlotCounts
from shippy.sentences import explain
from shippy.sentences.judging import reasons

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


def comparable(deploy: Deploy) -> bool:
    """Whether visitors get both releases now, and are to."""
    return deploy.phase is Phase.ROLLING and NONE < deploy.share < ALL and not deploy.first and deploy.slot is not None


class Judge:
    """Looks at every running deploy, about once a second, until it is stopped; also while it waits for a person.

    Each app, and each measure of a monitoring system, by itself: what does not answer holds up no other.
    """

    def __init__(self, deploys: Deploys) -> None:
        self._deploys = deploys
        self._trials: dict[str, Trial] = {}

    def run(self) -> None:
        side_by_side(lookout.run for site in self._deploys.sites.values() for lookout in self._lookouts(site))

    def _lookouts(self, site: Site) -> Iterator[Lookout]:
        clock = self._deploys.clock
        yield Lookout(f"both releases of {site.name}", partial(self.look, site), LOOK_SECONDS, clock)
        for measure in site.settings.traffic.measures:
            yield Lookout(f"{measure.name} of {site.name}", partial(self.ask, site, measure), measure.every, clock)

    def look(self, site: Site) -> None:
        """See what the balancers have counted by now, and say what there is to say of it.

        Raises:
            JournalFailed: it is to be said, and could not be recorded; the next look tries it again.
        """
        session = self._on_trial(site)
        if session is None:
            if site.name in self._trials:
                self._trials[site.name].interrupt()
            return
        before = session.deploy
        steady = not session.moves_traffic
        seen = _seen(site.balancers.counts())
        if not comparable(session.deploy):
            return
        at = self._deploys.clock.now().timestamp()
        trial = self._trial(session, site)
        same = steady and not session.moves_traffic and session.deploy.share == before.share
        trial.see(session.deploy, seen if same else {}, at)
        session.judgement = judgement = trial.judgement
        if site.settings.traffic.guard is not Guard.OFF and trial.is_news(judgement, at):
            self._say(session, site, trial, judgement)

    def ask(self, site: Site, measure: MeasureSettings) -> None:
        """Ask a monitoring system for both numbers of a measure, and keep them for the next look."""
        session, trial = self._on_trial(site), self._trials.get(site.name)
        if session is None or trial is None or trial.deploy != session.deploy.id:
            return
        gauge, deploy, metrics = trial.gauges[measure.name], session.deploy, site.metrics[measure.name]
        try:
            new, old = (metrics.value(query) for query in _queries(measure, deploy))
        except Unavailable as error:
            gauge.unreadable(explain(error))
        else:
            gauge.look(new, old)

    def _say(self, session: Session, site: Site, trial: Trial, judgement: Judgement) -> None:
        worse = judgement.opinion is Opinion.WORSE
        aborting = worse and site.settings.traffic.guard is Guard.ABORT
        session.record(Judged(*session.key, judgement=judgement, aborting=aborting))
        trial.said(judgement)
        if not worse:
            return
        reason = f"it is worse than what is live: {reasons(judgement)}"
        if not aborting:
            stop_climb(session, reason)
        elif session.deploy.phase is Phase.ROLLING:
            self._deploys.abort(site.name, SHIPPY, reason)

    def _on_trial(self, site: Site) -> Session | None:
        """The running deploy, if it can be compared now. What was found of one that has ended is forgotten."""
        session = next((session for session in self._deploys.locks if session.deploy.app == site.name), None)
        if session is None:
            self._trials.pop(site.name, None)
        return session if session is not None and comparable(session.deploy) else None

    def _trial(self, session: Session, site: Site) -> Trial:
        """The deploy's trial; it is another one's, where a deploy has ended and the next begun between two looks."""
        trial = self._trials.get(site.name)
        if trial is None or trial.deploy != session.deploy.id:
            candidate = session.deploy.live.slot.other
            trial = self._trials[site.name] = Trial(session.deploy, candidate, site.settings.traffic.measures)
        return trial


def _seen(counted: Mapping[str, SlotCounts | Unavailable]) -> Seen:
    return {name: explain(told) if isinstance(told, Unavailable) else told for name, told in counted.items()}


def _queries(measure: MeasureSettings, deploy: Deploy) -> tuple[str, str]:
    """Both queries, with what stands for the release filled in; their other braces are Prometheus' own."""
    slot, live = deploy.slot or deploy.live.slot.other, deploy.live
    candidate = {"{slot}": str(slot), "{deploy}": deploy.id, "{commit}": deploy.commit or ""}
    stable = {"{slot}": str(live.slot), "{deploy}": live.deploy or "", "{commit}": live.commit or ""}
    return _filled(measure.candidate, candidate), _filled(measure.stable, stable)


def _filled(query: str, words: Mapping[str, str]) -> str:
    for placeholder, word in words.items():
        query = query.replace(placeholder, word)
    return query
