"""`history [n] [app]`"""

from __future__ import annotations

from dataclasses import dataclass

from shippy.answers import HistoryReport
from shippy.commands.verb import BadWords, Context, Verb, one_app

USUAL_COUNT = 10
MOST = 50


@dataclass(frozen=True, slots=True)
class History:
    count: int = USUAL_COUNT
    app: str | None = None

    def run(self, context: Context) -> HistoryReport:
        app = context.deploys.site(self.app).name if self.app else None
        return HistoryReport(context.clock.now(), context.deploys.recent(self.count, app))


def parse(words: tuple[str, ...]) -> History:
    if not words or not words[0].isascii() or not words[0].lstrip("-").isdigit():
        return History(app=one_app(words))
    count = int(words[0][:9])
    if not 1 <= count <= MOST:
        raise BadWords(f"between 1 and {MOST} deploys can be shown")
    return History(count, one_app(words[1:]))


VERB = Verb(
    name="history",
    form="history [n] [app]",
    summary="the last deploys: who, what, when, and how each ended.",
    parse=parse,
    asks=True,
)
