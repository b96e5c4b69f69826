"""The small print: since when, how long it took, and who waits for the lock."""

from __future__ import annotations

from shippy.chat.card.kit import context
from shippy.chat.card.limits import LONGEST_NAME, ROOM_FOR_FOOTER, told
from shippy.chat.card.scene import Block, Scene
from shippy.chat.card.times import date
from shippy.sentences.phrases import first_of, lasting, listed

MOST_WAITING = 5


def footer(scene: Scene) -> list[Block]:
    deploy = scene.deploy
    if deploy.ended is not None:
        ended = date(deploy.ended, "{date_short_pretty} at {time}")
        return context([f"⏱️ Took {lasting(deploy.started, deploy.ended)}, ended {ended}"], ROOM_FOR_FOOTER)
    # {ago} is worked out where it is read, so that it stays right while nothing happens and nothing is edited.
    lines = [
        f"⏱️ Started {date(deploy.started, '{ago}, at {time}')} · 🔒\N{NO-BREAK SPACE}{told(deploy.lock, LONGEST_NAME)}"
    ]
    return context([*lines, *_waiting(scene), *_closed(scene)], ROOM_FOR_FOOTER)


def _waiting(scene: Scene) -> list[str]:
    queue = scene.turns.queue
    if not queue:
        return []
    names = listed(first_of([scene.name(person) for person in queue], MOST_WAITING))
    return [f"🙋 {names} {'waits' if len(queue) == 1 else 'wait'} for the lock"]


def _closed(scene: Scene) -> list[str]:
    closure = scene.turns.closure
    if closure is None:
        return []
    reason = told(closure.reason.removesuffix("."), LONGEST_NAME * 2)
    return [f"⛔ {scene.name(closure.by)} has locked ships: {reason}. This one may go on."]
