"""python -m playground.story: exits 0 only if every promise was kept."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playground.machine.packages import MissingPrograms
from playground.machine.swarm import NoSwarm
from playground.machine.topology import NoEngine
from playground.stage import start_stage
from playground.story.promises import Promises
from playground.story.telling import Story
from playground.story.transcript import Transcript


def main() -> None:
    parser = argparse.ArgumentParser(description="Type the story of a deploy at a whole local world, and check it.")
    parser.add_argument("--transport", choices=["socket_mode", "rtm"], default="socket_mode")
    parser.add_argument("--fleet", choices=["hosts", "swarm"], default="hosts")
    options = parser.parse_args()
    try:
        sys.exit(_play(options.transport, swarm=options.fleet == "swarm"))
    except (MissingPrograms, NoEngine, NoSwarm) as error:
        sys.exit(str(error))


def _play(transport: str, *, swarm: bool) -> int:
    began = time.monotonic()
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="shippy-story-")))
        stage = start_stage(folder, ending, _say, transport=transport, swarm=swarm)
        names = stage.slack.people()
        where = "in a swarm" if swarm else "on hosts"
        _say(f"The world stands after {time.monotonic() - began:.1f} s. The story, over {transport}, {where}:")
        promises = Promises(_say)
        with Transcript(stage.slack, names, _say):
            stage.go_live()
            Story(stage, stage.visitors(ending), promises, in_a_swarm=swarm).tell()
    for promise in promises.broken:
        _say(f"  {promise}")
    _say(f"{len(promises.all) - len(promises.broken)} promises kept, {len(promises.broken)} broken.")
    return 1 if promises.broken else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
