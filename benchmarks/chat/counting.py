"""What shippy does for one `status`, in calls and switches: `python -m benchmarks.chat.counting`.

Other programs that use the machine change none of it, unlike every time that is taken.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import click

from benchmarks.chat.__main__ import waits
from benchmarks.chat.bots import SHIPPY, Bot, bots, running

COUNTED = "benchmarks.chat.clients.counted"
BEGUN_SECONDS = 3.0


@click.command()
@click.option("--commands", default=30, show_default=True)
def main(commands: int) -> None:
    """Count, and print a table of medians."""
    click.echo("| | Python, until answered | C | switches | Python, until all is done | C | switches |")
    click.echo("|---|---:|---:|---:|---:|---:|---:|")
    for bot in bots():
        if bot.name == SHIPPY:
            click.echo(f"| {bot.transport} | {' | '.join(f'{count:,.0f}' for count in counts(bot, commands))} |")


def counts(bot: Bot, commands: int) -> Sequence[float]:
    """Medians, in the order of a line of `counted`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "counts")
        with running(replace(bot, module=COUNTED, arguments=(str(file), *bot.arguments))) as listening:
            time.sleep(BEGUN_SECONDS)
            waits(listening, commands)
        lines = [tuple(map(int, line.split())) for line in file.read_text().splitlines()]
    return [median(column) for column in zip(*lines, strict=True)]


if __name__ == "__main__":
    main()
