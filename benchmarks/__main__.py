"""python -m benchmarks [PART …] [--write]: measures everything, and makes one table of it.

Each part is a program of its own (`python -m benchmarks.<part>`), which runs alone, too: it prints where the time goes,
and leaves its rows. They run one after the other, so that none is in another's way.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.rows import Row, load, table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- make bench: begin -->\n", "<!-- make bench: end -->"

PARTS = {
    "ship": "from the ship to the VIP on three real engines, beside the raw calls, swarm, Ansible and Kamal",
    "rollout": "from the chat to the traffic, with 2 balancers and with 20",
    "checks": "the checks of a ship, as round trips to GitHub",
    "hosts": "hundreds of Docker hosts: their clients, and whole deploys on them",
    "chat": "what is said in a channel, heard and acknowledged, and how soon a command is answered, beside other bots",
    "rest": "at rest: start, memory, the processor while a deploy waits, ten thousand commands",
}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--write", is_flag=True, help="Put the table into docs/performance.md.")
def main(parts: Sequence[str], write: bool) -> None:
    """Measure the parts, or all of them, and print one table of ratios."""
    load_before = os.getloadavg()[0]
    rows = [row for part in parts or PARTS for row in measured(part)]
    told = f"{machine()}; load before: {load_before:.1f}.\n\n{table(rows)}"
    click.echo(f"\n{told}")
    if write:
        PAGE.write_text(with_table(PAGE.read_text(), told))


def measured(part: str) -> list[Row]:
    click.echo(f"\n{part}: {PARTS[part]}")
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.json"
        command = [sys.executable, "-m", f"benchmarks.{part}", "--rows", str(rows)]
        subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - this package's own programs
        return load(rows)


def with_table(page: str, told: str) -> str:
    """The page with another table.

    Raises:
        ValueError: the page has no place for one.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has no lines that say where the table begins and ends")
    return f"{before}{begin}\n{told}\n\n{end}{after}"


def machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GB"
    return f"{cores}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
