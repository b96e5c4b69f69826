"""python -m playground.visitors: visitors of the site behind some balancers."""

from __future__ import annotations

from playground import serving
from playground.visitors.server import Settings, application
from playground.visitors.targets import NotOurs, target

HIGHEST_RATE = 200.0
MOST_VISITORS = 2000


def main() -> None:
    parser = serving.parser("Steady, gentle visitors of the site behind some balancers, who count what they get.")
    parser.add_argument("--balancer", action="append", required=True, help="public URL of a balancer; may be repeated")
    parser.add_argument("--host", help="the Host header, if it is not the balancer's address")
    parser.add_argument("--visitors", type=int, default=Settings.visitors, help="how many come again and again")
    parser.add_argument("--rate", type=float, default=Settings.rate, help="visits a second, by all of them together")
    parser.add_argument("--timeout", type=float, default=Settings.timeout_seconds, help="seconds to wait for an answer")
    parser.add_argument(
        "--stop-after", type=float, default=Settings.stop_after_seconds, help="seconds until all stay home"
    )
    parser.add_argument("--mixed", action="store_true", help="uploads, streams, WebSockets and slow requests as well")
    options = parser.parse_args()
    if not 0 < options.rate <= HIGHEST_RATE or not 0 < options.visitors <= MOST_VISITORS:
        parser.error(f"at most {HIGHEST_RATE:g} visits a second by {MOST_VISITORS} visitors")
    try:
        balancers = [target(url) for url in options.balancer]
    except NotOurs as error:
        parser.error(str(error))
    settings = Settings(
        balancers, options.host, options.visitors, options.rate, options.timeout, options.stop_after, options.mixed
    )
    serving.run(application(settings), options, lambda url: {"url": url})


if __name__ == "__main__":
    main()
