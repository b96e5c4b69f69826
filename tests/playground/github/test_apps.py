"""Apps: whose signature is taken, and what is given for it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import jwt
import pytest
import requests

from playground.github.client import Hub
from playground.machine.server import Server


class Signer:
    """An app as it signs itself; `session` takes no proxy."""

    def __init__(self, server: Server, hub: Hub, lifetime: float = 3600) -> None:
        self.api_url = str(server.info["api_url"])
        self.app = hub.register_app("ship-app", {"contents": "write"}, lifetime)
        self.session = requests.Session()
        self.session.trust_env = False

    def signature(self, **changed: Any) -> str:
        now = int(time.time())
        claims = {"iat": now - 60, "exp": now + 300, "iss": str(self.app["id"])}
        return jwt.encode({**claims, **changed}, self.app["private_key"], "RS256")

    def ask(self, method: str, path: str, token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.session.request(method, f"{self.api_url}{path}", headers=headers, timeout=10)

    def token(self, signature: str, installation: int | None = None) -> requests.Response:
        number = installation or self.app["installation"]
        return self.ask("POST", f"/app/installations/{number}/access_tokens", signature)


@pytest.fixture
def signer(server: Server, hub: Hub) -> Iterator[Signer]:
    signer = Signer(server, hub)
    with closing(signer.session):
        yield signer


def test_an_app_gets_a_token_which_the_whole_api_takes(signer: Signer, hub: Hub) -> None:
    answer = signer.token(signer.signature())
    assert (answer.status_code, answer.json()["permissions"]) == (201, {"contents": "write"})
    assert signer.ask("GET", f"/repos/{hub.full_name}", answer.json()["token"]).status_code == 200


def test_a_token_that_is_over_is_refused(server: Server, hub: Hub) -> None:
    signer = Signer(server, hub, lifetime=0)
    with closing(signer.session):
        token = signer.token(signer.signature()).json()["token"]
        assert signer.ask("GET", f"/repos/{hub.full_name}", token).status_code == 401


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"exp": 1}, "'Expiration time' claim ('exp') must be"),
        ({"exp": 4_000_000_000}, "'Expiration time' claim ('exp') is too far"),
        ({"iat": 3_000_000_000}, "'Issued at' claim ('iat') must be"),
        ({"iss": "999"}, "Integration not found"),
    ],
)
def test_a_signature_that_is_not_for_now_is_refused(signer: Signer, changed: Mapping[str, Any], words: str) -> None:
    answer = signer.token(signer.signature(**changed))
    assert answer.status_code == 401
    assert answer.json()["message"].startswith(words)


def test_a_signature_of_somebody_else_is_refused(signer: Signer, hub: Hub) -> None:
    other = hub.register_app("other-app")
    claims = jwt.decode(signer.signature(), options={"verify_signature": False})
    assert signer.token(jwt.encode(claims, other["private_key"], "RS256")).status_code == 401
    assert signer.token("no token").status_code == 401


def test_the_installation_of_another_app_is_not_there(signer: Signer, hub: Hub) -> None:
    other = hub.register_app("other-app")
    assert signer.token(signer.signature(), other["installation"]).status_code == 404
    own = signer.ask("GET", f"/app/installations/{signer.app['installation']}", signer.signature())
    assert own.json()["permissions"] == {"contents": "write"}


def test_a_signature_is_taken_for_nothing_else(signer: Signer, hub: Hub) -> None:
    assert signer.ask("GET", f"/repos/{hub.full_name}", signer.signature()).status_code == 401
