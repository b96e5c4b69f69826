"""python -m playground.slack: runs the workspace and prints, once it is ready, one line of JSON that tells where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playground import serving
from playground.slack import seed as seeds
from playground.slack import world as worlds
from playground.slack.server import application
from playground.slack.tokens import TokenKind


def main() -> None:
    parser = serving.parser("A Slack workspace: Web API, RTM, Socket Mode and a chat page.")
    parser.add_argument("--seed", type=Path, help="JSON that replaces keys of the default seed")
    options = parser.parse_args()
    seed = seeds.load(options.seed)
    world = worlds.build(seed)

    def ready(url: str) -> Mapping[str, object]:
        world.interactions.base_url = url
        return {
            "url": url,
            "api_url": f"{url}/api/",
            "bot_token": seed.token(TokenKind.BOT),
            "app_token": seed.token(TokenKind.APP),
            "page": f"{url}/",
        }

    serving.run(application(world), options, ready)


if __name__ == "__main__":
    main()
