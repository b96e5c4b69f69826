"""What `docker login` has left is shown to the registry that it is for, and to no other."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from shippy.backend.engine.credentials import Credentials, registry_of
from shippy.backend.engine.errors import EngineError

DANA = base64.b64encode(b"dana:pass:word").decode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def leave(folder: Path, config: Any) -> None:
    (folder / "config.json").write_text(json.dumps(config))


def shown(credentials: Credentials, repository: str) -> dict[str, str] | None:
    header = credentials.header_for(repository)
    return json.loads(base64.urlsafe_b64decode(header)) if header else None


@pytest.mark.parametrize(
    ("repository", "registry"),
    [
        ("nginx", "docker.io"),
        ("acme/web:v1", "docker.io"),
        ("docker.io/acme/web", "docker.io"),
        ("index.docker.io/acme/web", "docker.io"),
        ("localhost/web", "localhost"),
        ("registry:5000/acme/web:v1", "registry:5000"),
        ("registry.example.com/web", "registry.example.com"),
    ],
)
def test_the_registry_of_a_repository_is_as_docker_has_it(repository: str, registry: str) -> None:
    assert registry_of(repository) == registry


@pytest.mark.parametrize(
    ("entry", "repository"),
    [
        ("registry.example.com", "registry.example.com/acme/web"),
        ("https://registry.example.com/v1/", "registry.example.com/acme/web"),
        ("https://index.docker.io/v1/", "acme/web"),
    ],
)
def test_user_and_password_are_shown_to_their_registry(folder: Path, entry: str, repository: str) -> None:
    leave(folder, {"auths": {"other.example.com": {"auth": "b3RoZXI6eA=="}, entry: {"auth": DANA}}})
    assert shown(Credentials(), repository) == {"username": "dana", "password": "pass:word", "serveraddress": entry}
    assert shown(Credentials(), "third.example.com/acme/web") is None


def test_a_token_is_shown(folder: Path) -> None:
    leave(folder, {"auths": {"registry.example.com": {"auth": DANA, "identitytoken": "a token"}}})
    assert shown(Credentials(), "registry.example.com/web") == {"identitytoken": "a token"}


def test_nobody_who_is_logged_in_is_no_error(folder: Path) -> None:
    assert shown(Credentials(), "registry.example.com/web") is None
    leave(folder, {"auths": {"registry.example.com": {}}})
    assert shown(Credentials(), "registry.example.com/web") is None


def test_a_file_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "config.json").write_text("{")
    with pytest.raises(EngineError, match=f"the credentials in {folder}/config.json cannot be read"):
        Credentials().header_for("registry.example.com/web")
    leave(folder, {"auths": {"registry.example.com": {"auth": "abcde"}}})
    with pytest.raises(EngineError, match=r"the credentials for registry\.example\.com cannot be read"):
        Credentials().header_for("registry.example.com/web")


HELPER = """#!/bin/sh
read registry
echo "$registry" >> {log}
case "$registry" in
    registry.example.com) echo '{{"ServerURL": "x", "Username": "{user}", "Secret": "s3cret"}}' ;;
    none.example.com) echo 'credentials not found in native keychain'; exit 1 ;;
    *) echo 'the keychain is locked' >&2; exit 1 ;;
esac
"""


def install_helper(folder: Path, monkeypatch: pytest.MonkeyPatch, user: str = "dana") -> Path:
    log = folder / "asked"
    program = folder / "docker-credential-script"
    program.write_text(HELPER.format(log=log, user=user))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


def test_a_helper_is_asked_once_for_a_whole_fleet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = install_helper(folder, monkeypatch)
    leave(folder, {"credHelpers": {"registry.example.com": "script"}})
    credentials = Credentials()
    for _ in range(10):
        assert shown(credentials, "registry.example.com/web") == {
            "username": "dana",
            "password": "s3cret",
            "serveraddress": "registry.example.com",
        }
    assert shown(credentials, "other.example.com/web") is None
    assert log.read_text().split() == ["registry.example.com"]


def test_a_helper_may_have_a_token_or_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_helper(folder, monkeypatch, user="<token>")
    leave(folder, {"credsStore": "script"})
    assert shown(Credentials(), "registry.example.com/web") == {"identitytoken": "s3cret"}
    assert shown(Credentials(), "none.example.com/web") is None


def test_a_helper_that_does_not_tell_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_helper(folder, monkeypatch)
    leave(folder, {"credsStore": "script"})
    with pytest.raises(EngineError, match=r"docker-credential-script gives no credentials \(the keychain is locked"):
        Credentials().header_for("locked.example.com/web")
    leave(folder, {"credsStore": "missing"})
    with pytest.raises(EngineError, match="docker-credential-missing gives no credentials"):
        Credentials().header_for("registry.example.com/web")
