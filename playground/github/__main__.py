"""python -m playground.github: a GitHub over real bare git repositories."""

from __future__ import annotations

from pathlib import Path

from playground import serving
from playground.github.rest.links import PREFIX
from playground.github.server import application
from playground.github.site import Site

BOT = "shippy-bot"


def main() -> None:
    parser = serving.parser("A GitHub over real bare git repositories.")
    parser.add_argument("--root", type=Path, required=True, help="where the repositories are, and are made")
    options = parser.parse_args()
    options.root.mkdir(parents=True, exist_ok=True)
    site = Site(options.root.absolute())
    site.accounts.add(BOT, "Shippy", f"{BOT}@users.noreply.github.example", bot=True)
    token = site.accounts.new_token(BOT)
    serving.run(application(site), options, lambda url: {"url": url, "api_url": f"{url}{PREFIX}", "token": token})


if __name__ == "__main__":
    main()
