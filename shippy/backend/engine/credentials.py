"""What `docker login` has left for registries: ~/.docker/config.json, or config.json in the folder of DOCKER_CONFIG.

An entry of `auths` has user and password, or a token. With `credHelpers` (one registry) or `credsStore` (all), a
program has them (docker-credential-NAME get: https://github.com/docker/docker-credential-helpers#development).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gevent.lock import BoundedSemaphore

from shippy.backend.engine.errors import EngineError

HUB, HUBS_ENTRY = "docker.io", "https://index.docker.io/v1/"
HELPER_SECONDS = 15.0
# A fleet of hosts asks at the same time, and some helpers ask a cloud for each answer.
REMEMBERED_SECONDS = 5.0
TOKEN_USER = "<token>"  # noqa: S105 - what helpers call a user who is none


class Credentials:
    """The header for a registry. The file is read again when it has changed, and a helper asked again soon."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(1)
        self._stamp: tuple[Path, int] | None = None
        self._config: Mapping[str, Any] = {}
        self._helped: dict[str, tuple[float, str | None]] = {}

    def header_for(self, repository: str) -> str | None:
        """What X-Registry-Auth takes, for the registry that has a repository; None where nobody has logged in.

        Raises:
            EngineError: the file cannot be read, or the helper that has them does not tell.
        """
        registry = registry_of(repository)
        with self._turn:
            self._read_again()
            helper = (self._config.get("credHelpers") or {}).get(_entry(registry)) or self._config.get("credsStore")
            told = self._from_helper(str(helper), registry) if helper else None
            return told or _from_file(self._config.get("auths") or {}, registry)

    def _read_again(self) -> None:
        path = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
        try:
            stamp = path, path.stat().st_mtime_ns
            if stamp == self._stamp:
                return
            config = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            stamp, config = None, {}
        except (OSError, ValueError) as error:
            raise EngineError(f"the credentials in {path} cannot be read ({error})") from error
        self._stamp, self._config = stamp, config if isinstance(config, dict) else {}
        self._helped.clear()

    def _from_helper(self, helper: str, registry: str) -> str | None:
        until, told = self._helped.get(registry, (0.0, None))
        if time.monotonic() > until:
            told = _helped(helper, registry)
            self._helped[registry] = time.monotonic() + REMEMBERED_SECONDS, told
        return told


def registry_of(repository: str) -> str:
    """`registry:5000` of registry:5000/acme/web; Docker Hub's of acme/web and of docker.io/acme/web."""
    first, slash, _ = repository.partition("/")
    named = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return HUB if not named or first in {HUB, f"index.{HUB}"} else first


def _entry(registry: str) -> str:
    return HUBS_ENTRY if registry == HUB else registry


def _from_file(auths: Mapping[str, Any], registry: str) -> str | None:
    named = next((name for name in (registry, *auths) if name in auths and _registry_named(name) == registry), None)
    entry = auths[named] if named is not None else None
    if not isinstance(entry, Mapping):
        return None
    if entry.get("identitytoken"):
        return _header({"identitytoken": entry["identitytoken"]})
    try:
        user, colon, password = base64.b64decode(entry.get("auth") or "").decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise EngineError(f"the credentials for {registry} cannot be read: log in again") from error
    return _header({"username": user, "password": password, "serveraddress": str(named)}) if colon else None


def _registry_named(entry: str) -> str:
    """Older entries are addresses: https://registry.example.com/v1/."""
    name = entry.removeprefix("http://").removeprefix("https://").partition("/")[0]
    return HUB if name == f"index.{HUB}" else name


def _helped(helper: str, registry: str) -> str | None:
    program = f"docker-credential-{helper}"
    try:
        # A program that the file names, as it does for the docker command.
        ran = subprocess.run(  # noqa: S603
            [program, "get"],
            input=_entry(registry).encode(),
            capture_output=True,
            timeout=HELPER_SECONDS,
            check=False,
        )
        if ran.returncode:
            # Helpers tell it in this sentence alone, on stdout, since there is no status for it.
            if b"credentials not found" in ran.stdout:
                return None
            raise EngineError(f"{program} gives no credentials ({(ran.stdout or ran.stderr).decode(errors='replace')})")
        told = json.loads(ran.stdout)
        user, secret = str(told["Username"]), str(told["Secret"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{program} gives no credentials ({error})") from error
    if not secret:
        return None
    if user == TOKEN_USER:
        return _header({"identitytoken": secret})
    return _header({"username": user, "password": secret, "serveraddress": _entry(registry)})


def _header(credentials: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(credentials).encode()).decode()
