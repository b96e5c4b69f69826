"""python -m tests.breaking: break a whole world on purpose, in every way, and see that it always converges."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress

from playground.machine.packages import how_to_get, missing, own_hosts_possible
from tests.breaking.matrix import Case, cases
from tests.breaking.report import rows, table, total, write
from tests.breaking.running import TROUBLE, Result, Theatre


def main() -> None:
    options = _options()
    if not own_hosts_possible():
        sys.exit("Hosts and balancers can only be broken where each has an engine of its own: on Linux, as root.")
    if lacking := missing(own_hosts=True, database=True):
        sys.exit(how_to_get(lacking))
    began = time.monotonic()
    with Theatre(_say) as theatre:
        try:
            chosen = _chosen(theatre, options)
        except TROUBLE as error:
            sys.exit(f"A command does not even go well in peace: {error}")
        if options.list:
            _say("\n".join(map(str, chosen)))
            return
        results = _played(theatre, chosen)
    minutes = (time.monotonic() - began) / 60
    parts = rows(results)
    _say(f"\n{table(parts)}")
    for result in results:
        for problem in result.outcome.problems:
            _say(f"{result.case}: {problem}")
    if options.write and len(results) == len(chosen):
        write(parts, f"`{_command(options)}`, {minutes:.0f} minutes.")
    _say(f"{len(results)} cases in {minutes:.1f} minutes.")
    sys.exit(0 if len(results) == len(chosen) and total(parts).good else 1)


def _chosen(theatre: Theatre, options: argparse.Namespace) -> list[Case]:
    fitting = [case for case in cases(theatre.points_of) if all(word in str(case) for word in options.only)]
    return fitting[:: options.every]


def _played(theatre: Theatre, chosen: list[Case]) -> list[Result]:
    """The results of all cases; of those until then, where Ctrl-C ends it earlier."""
    results: list[Result] = []
    with suppress(KeyboardInterrupt):
        for number, case in enumerate(chosen, start=1):
            results.append(theatre.play(case))
            _say(f"[{number}/{len(chosen)}] {_told(results[-1])}")
    return results


def _told(result: Result) -> str:
    outcome = result.outcome
    what = "; ".join(map(str, outcome.problems)) or f"converged in {outcome.seconds:.1f} s"
    lost = "".join(f", {count} requests lost ({how})" for how, count in outcome.lost.items())
    return f"{result.case}: {what}{lost}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.breaking", description=__doc__)
    parser.add_argument("--only", action="append", default=[], help="only cases with this in their line (repeatable)")
    parser.add_argument("--every", type=int, default=1, help="only every so many of them")
    parser.add_argument("--list", action="store_true", help="tell the cases, and play none")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    return parser.parse_args()


def _command(options: argparse.Namespace) -> str:
    words = [word for one in options.only for word in ("--only", repr(one))]
    every = ["--every", str(options.every)] if options.every > 1 else []
    return " ".join(["python -m tests.breaking", *words, *every]) if words or every else "make break"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
