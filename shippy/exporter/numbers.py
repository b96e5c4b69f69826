"""The numbers, by their names as a monitoring system asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shippy.events import DeployEvent, Drifted, Entry, HostGaveUp, Mended, Prepared
from shippy.model import Budget, Deploy, HostProgress

READY_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


class Numbers:
    """Counts what happens. Implements ports.Listener.

    Names and units follow https://prometheus.io/docs/practices/naming/; labels are few and bounded by the config.

    Args:
        budget: GitHub's, as far as it has told.
        running: the deploys that have not ended.
    """

    def __init__(self, budget: Callable[[], Budget | None], running: Callable[[], Iterable[Deploy]]) -> None:
        self.registry = CollectorRegistry(auto_describe=True, support_collectors_without_names=True)
        self._ended = Counter(
            "shippy_deploys", "Deploys that have ended, by how.", ["app", "outcome"], registry=self.registry
        )
        self._ready = Histogram(
            "shippy_ready_seconds",
            "From the command to a release that can be verified.",
            ["app"],
            buckets=READY_SECONDS,
            registry=self.registry,
        )
        self._gave_up = Counter(
            "shippy_host_failures", "Hosts that failed in a deploy.", ["app", "host"], registry=self.registry
        )
        self._drifted = Counter(
            "shippy_drift", "What was found otherwise than recorded.", ["app", "part"], registry=self.registry
        )
        self.registry.register(_Now(budget, running))
        ProcessCollector(registry=self.registry)

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        event = entry.event
        if isinstance(event, Prepared):
            self._ready.labels(deploy.app).observe((entry.at - deploy.started).total_seconds())
        if isinstance(event, HostGaveUp):
            self._gave_up.labels(deploy.app, event.host).inc()
        if isinstance(event, DeployEvent) and event.ends:
            self._ended.labels(deploy.app, deploy.phase.value).inc()

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        """Nothing of it is counted."""

    def heard_of_app(self, entry: Entry) -> None:
        if isinstance(entry.event, Drifted | Mended):
            self._drifted.labels(entry.event.app, entry.event.part.value).inc()

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        """Nothing of it is counted."""


class _Now(Collector):
    """What is so at the moment in which somebody asks."""

    def __init__(self, budget: Callable[[], Budget | None], running: Callable[[], Iterable[Deploy]]) -> None:
        self._budget = budget
        self._running = running

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing. Without it the registry would collect at once, before there is anything to look at."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        share = GaugeMetricFamily(
            "shippy_candidate_share_ratio", "Of the public traffic, what a running deploy has.", labels=["app", "phase"]
        )
        for deploy in self._running():
            share.add_metric([deploy.app, deploy.phase.value], deploy.share.basis_points / 10_000)
        yield share
        budget = self._budget()
        if budget is not None:
            left = "Requests that GitHub takes of shippy's token until the reset."
            yield GaugeMetricFamily("shippy_github_requests_remaining", left, value=budget.remaining)
            yield GaugeMetricFamily("shippy_github_requests_limit", "And in all.", value=budget.limit)
            reset = "When GitHub begins to count anew."
            yield GaugeMetricFamily("shippy_github_reset_timestamp_seconds", reset, value=budget.until.timestamp())
