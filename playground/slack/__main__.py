"""python -m playground.slack: runs the workspace and prints, once it is ready, one line of JSON that tells where."""

from __future__ import annotations

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
    world = worlds.build(seeds.load(options.seed))
    serving.run(application(world), options, lambda url: announcement(world, url))


def announcement(world: worlds.World, url: str) -> dict[str, object]:
    """What is told of a workspace that answers at this address."""
    world.interactions.base_url = url
    return {
        "url": url,
        "api_url": f"{url}/api/",
        "bot_token": world.seed.token(TokenKind.BOT),
        "app_token": world.seed.token(TokenKind.APP),
        "page": f"{url}/",
    }


if __name__ == "__main__":
    main()
