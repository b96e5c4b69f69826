from __future__ import annotations

from collections.abc import Iterator

import pytest

from shippy.doctor.urls import answers
from tests.doctor.findings import told
from tests.github.scripted import Reply, ScriptedServer, scripted_server


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


@pytest.mark.parametrize("status", [200, 301, 404, 503])
def test_any_status_is_an_answer(server: ScriptedServer, status: int) -> None:
    server.replies = [Reply(status)]
    assert told(answers("the VIP", f"{server.url}/it?deep=1")) == [f"✓ GET {server.url}/it (the VIP) answered {status}"]
    assert server.asked == ["GET /it?deep=1"]


def test_nobody_there_is_a_warning_since_shippy_can_do_without() -> None:
    assert told(answers("public", "http://127.0.0.1:9")) == [
        "! GET http://127.0.0.1:9 (public) does not answer from here (connection refused); shippy does not need it, "
        "people do"
    ]


def test_a_password_in_an_address_is_not_shown() -> None:
    (found,) = told(answers("public", "http://shippy:s3cret@127.0.0.1:9/"))
    assert "s3cret" not in found
