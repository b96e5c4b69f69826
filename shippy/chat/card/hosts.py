"""The hosts, each with its progress; a large fleet in numbers, with the hosts worth a look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from shippy.chat.card.bars import bar
from shippy.chat.card.kit import section
from shippy.chat.card.limits import LONGEST_NAME, LONGEST_REASON, ROOM_FOR_HOSTS, coded, told
from shippy.chat.card.scene import Block, Scene
from shippy.model import Deploy, HostProgress, HostStep, Setback
from shippy.sentences.phrases import DOING, counted, listed

MOST_ROWS = 8
MOST_FAILED = 5
MOST_SLOW = 3
WHOLE = 100

STEPS = tuple(HostStep)
STEP_WORDS = {
    HostStep.CONNECTING: "connecting",
    HostStep.PULLING: "pulling",
    HostStep.CREATING: "creating",
    HostStep.STARTING: "starting",
    HostStep.CHECKING: "checking health",
    HostStep.READY: "ready",
    HostStep.REMOVING: "clearing up",
}
PULLED = {HostStep.CREATING, HostStep.STARTING, HostStep.CHECKING, HostStep.READY}


@dataclass(frozen=True, slots=True)
class Row:
    """A host: failed, ready, or on its way there."""

    host: str
    setback: Setback | None
    ready: bool
    progress: HostProgress

    @property
    def distance(self) -> tuple[int, int]:
        """Sorts those that have come least far first."""
        return STEPS.index(self.progress.step), self.progress.percent or 0


def hosts(scene: Scene) -> list[Block]:
    rows = _rows(scene)
    if not rows:
        return []
    many = len(rows) > MOST_ROWS
    return section(_summary(rows) if many else _each(rows), ROOM_FOR_HOSTS)


def unsettled(deploy: Deploy) -> bool:
    """Whether hosts are being prepared: they have neither come up nor failed."""
    settled = {endpoint.host for endpoint in deploy.ready} | set(deploy.gave_up)
    return not settled.issuperset(deploy.hosts)


def _rows(scene: Scene) -> list[Row]:
    setbacks = {setback.host: setback for setback in scene.deploy.setbacks}
    ready = {endpoint.host for endpoint in scene.deploy.ready}
    # Images are pulled while the checks run, before it is settled which hosts take part.
    names = scene.deploy.hosts or tuple(scene.progress)
    return [
        Row(
            host=host,
            setback=setbacks.get(host),
            ready=host in ready and host not in setbacks,
            progress=scene.progress.get(host, HostProgress(host, HostStep.CONNECTING)),
        )
        for host in names
    ]


def _each(rows: list[Row]) -> list[str]:
    up = [row for row in rows if row.ready]
    rest = [row for row in rows if not row.ready]
    if not up or any(row.setback is None for row in rest):
        return [_line(row) for row in rows]
    names = listed(coded(row.host, LONGEST_NAME) for row in up)
    count = counted(len(up), "host") if not rest else f"{len(up)} of {counted(len(rows), 'host')}"
    return [f"✅ *{count} up* · {names}", *map(_line, rest)]


def _line(row: Row) -> str:
    name = coded(row.host, LONGEST_NAME)
    if row.setback is not None:
        reason = told(row.setback.reason.removesuffix("."), LONGEST_REASON)
        return f"❌ {name} failed {DOING[row.setback.step]}: {reason}"
    if row.ready or row.progress.step is HostStep.READY:
        return f"✅ {name} {bar(WHOLE, WHOLE)} ready"
    return f"⏳ {name} {_far(row.progress)}"


def _far(progress: HostProgress) -> str:
    """A bar of the pull, which is what takes long, and the step in words."""
    step, percent = progress.step, progress.percent or 0
    if step is HostStep.PULLING:
        words = f"{percent} % pulling" if percent < WHOLE else "pulled"
        return f"{bar(percent, WHOLE)} {words}"
    return f"{bar(WHOLE if step in PULLED else 0, WHOLE)} {STEP_WORDS[step]}"


def _summary(rows: list[Row]) -> list[str]:
    failed = [row for row in rows if row.setback is not None]
    up = [row for row in rows if row.ready]
    moving = sorted((row for row in rows if row.setback is None and not row.ready), key=lambda row: row.distance)
    shown = [*failed[:MOST_FAILED], *moving[:MOST_SLOW]]
    lines = [f"{bar(len(up), len(rows))} *{len(up)} of {counted(len(rows), 'host')} up*"]
    if counts := _counts(failed, moving):
        lines.append(counts)
    lines += map(_line, shown)
    if shown and len(rows) > len(shown):
        lines.append(f"… and {len(rows) - len(shown)} more")
    return lines


def _counts(failed: list[Row], moving: list[Row]) -> str:
    """ "7 failed · 3 connecting · 120 pulling", in the order of the steps."""
    steps = Counter(row.progress.step for row in moving)
    counts = [f"{len(failed)} failed"] if failed else []
    return " · ".join([*counts, *(f"{steps[step]} {STEP_WORDS[step]}" for step in STEPS if steps[step])])
