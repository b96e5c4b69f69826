"""What the containers of a release have written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shippy.answers import LogsReport
from shippy.errors import HostFailed
from shippy.sentences.phrases import counted, short

Quote = Callable[[Sequence[str]], str]


def indented(lines: Sequence[str]) -> str:
    """Lines of a log as they stand out in a terminal."""
    return "\n".join(f"    {line}" for line in lines)


def report(said: LogsReport, *, bot: str, quote: Quote = indented) -> str:
    """`quote` sets off the lines, which nobody has looked at, from what the bot says itself."""
    return "\n".join(_lines(said, bot, quote))


def _lines(said: LogsReport, bot: str, quote: Quote) -> Iterator[str]:
    whose = f"{'new' if said.new else 'live'} {short(said.commit)}"
    if not said.hosts:
        yield f"No host has a container of the {whose} now; `{bot} hosts` shows what there is."
    for host, lines in said.hosts.items():
        if isinstance(lines, HostFailed):
            yield f"{host}: {lines.reason.removesuffix('.')}."
        elif not lines:
            yield f"{host}, {whose}: nothing was written."
        else:
            yield f"{host}, {whose}, the last {counted(len(lines), 'line')}:"
            yield quote(lines)
    if said.left_out:
        yield f"And {counted(said.left_out, 'more host')}: `{bot} logs <host>` shows one."
