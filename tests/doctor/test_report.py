"""The whole, as it is told, where nothing answers."""

from __future__ import annotations

import time
from pathlib import Path

from shippy.doctor import examine
from tests.doctor.configs import config_with

NOBODY = "http://127.0.0.1:9"


def test_where_nothing_answers_everything_is_named_in_its_group_and_in_time(tmp_path: Path) -> None:
    chat = {"bot_token": "xoxb-1", "app_token": "xapp-1", "api_url": NOBODY, "channels": ["#deploys"]}
    config = config_with(
        chat=chat,
        github={"api_url": NOBODY, "token": "s3cret"},
        journal=f"sqlite:///{tmp_path}/journal.db",
        control=str(tmp_path / "control.sock"),
    )
    lines: list[str] = []
    began = time.monotonic()
    assert not examine(config, tmp_path / "shippy.yml", lines.append)
    assert time.monotonic() - began < 20
    groups = [line for line in lines[: lines.index("")] if not line.startswith("  ")]
    assert groups == [
        *("Config", "Journal", "Control socket", "Slack", "GitHub"),
        *("Host web1 of web", "Balancer lb1 of web", "URLs of web"),
    ]
    assert lines[-1] == "5 things are missing; 2 warnings."
    assert [line for line in lines if any(secret in line for secret in ("xoxb-1", "xapp-1", "s3cret"))] == []
    assert list(tmp_path.iterdir()) == []
