"""python -m playground.ci: builds an image for every push to the playground's GitHub, with a real Docker engine."""

from __future__ import annotations

import argparse
from pathlib import Path

from playground import serving
from playground.ci.server import ADDRESS, Settings, application
from playground.machine.packages import BUSYBOX


def main() -> None:
    options = _options()
    served = application(
        Settings(
            github=options.github.rstrip("/"),
            repository=options.repository,
            engine=options.engine,
            registry=options.registry,
            busybox=options.busybox,
            builders=options.builders,
        )
    )

    def ready(url: str) -> dict[str, object]:
        served[ADDRESS].set_result(url)
        return {"url": url}

    serving.run(served, options, ready)


def _options() -> argparse.Namespace:
    parser = serving.parser("A CI that builds an image for every push to the playground's GitHub.")
    parser.add_argument("--github", required=True, help="URL of the playground's GitHub")
    parser.add_argument("--repository", default="acme/web", help="the repository to build, and its images' name")
    parser.add_argument("--engine", required=True, help="the engine to build with: tcp://… or unix://…")
    parser.add_argument("--registry", required=True, help="host:port of the registry, as the engine reaches it")
    parser.add_argument("--busybox", type=Path, default=BUSYBOX.found(), help="a static busybox for Linux")
    parser.add_argument("--builders", type=int, default=2, help="how many builds at a time")
    options = parser.parse_args()
    if options.busybox is None:
        parser.error("there is no static busybox here; say where one is with --busybox")
    return options


if __name__ == "__main__":
    main()
