"""The daemon as a process, which looks for what will be shipped next: at once, and again when GitHub calls."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.github.scripted import Reply, scripted_server
from tests.test_ship import daemon, place
from tests.waiting import eventually
from tests.webhook.calls import LONG, about, call

PULLS = "GET /repos/acme/web/pulls"
LOOK_SECONDS = 10.0
AN_HOUR = "{mode: on, statuses: [ci/build], every: 1h}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return int(unused.getsockname()[1])


def test_a_call_of_github_makes_the_daemon_look(tmp_path: Path) -> None:
    made, port = place(tmp_path), free_port()
    with scripted_server() as github:
        github.replies = [Reply(content=[]) for _ in range(2)]
        text = made.config.read_text().replace('api_url: "http://127.0.0.1:9/"', f'api_url: "{github.url}"')
        webhook = f'webhook: {{listen: "127.0.0.1:{port}", secret: "{LONG}"}}\n'
        made.config.write_text(f"{webhook}{text}    prefetch: {AN_HOUR}\n")
        with daemon(made):
            assert eventually(lambda: len(github.asked) == 1, LOOK_SECONDS)
            assert call(port, about("acme/another")) == (200, "thank you")
            assert call(port, about("acme/web"), X_Hub_Signature_256="sha256=0")[0] == 401
            assert call(port, about("Acme/Web")) == (200, "thank you")
            assert eventually(lambda: len(github.asked) == 2, LOOK_SECONDS)
    assert [asked.partition("?")[0] for asked in github.asked] == [PULLS] * 2
