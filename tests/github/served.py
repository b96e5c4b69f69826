"""The playground's GitHub in a process of its own, and what people do on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from subprocess import PIPE

from pydantic import SecretStr

from playground.github.checkout import Checkout
from playground.github.client import Hub
from shippy.config.schema import GitHub
from shippy.github import connect
from shippy.github.connecting import Client

STOP_SECONDS = 10
SHORT = 7
# Of so many commits, two are alike in their first seven digits but for one time in a hundred million.
CANDIDATES = 100_000


@dataclass(frozen=True)
class Served:
    url: str
    api_url: str
    token: str

    def connect(self, timeout: int = 5) -> Client:
        return connect(GitHub(api_url=self.api_url, token=SecretStr(self.token)), timeout)

    def repository(self, name: str) -> Hub:
        """A new repository with one commit on master."""
        hub = Hub(self.url, f"acme/{name}")
        hub.create()
        if not hub.branches():
            hub.push_file("master", "README.md", "An app.\n", "Begin")
        return hub


@contextmanager
def served_github(root: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "playground.github", "--root", str(root), "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with closing(process.stdin):
            yield Served(**json.loads(process.stdout.readline()))
        process.wait(STOP_SECONDS)


def push_alike(hub: Hub, *branches: str) -> None:
    """Push a commit to each of two branches; seven digits cannot tell these from each other."""
    with hub.checkout() as checkout:
        for branch, text in zip(branches, _alike(checkout), strict=True):
            (checkout.directory / "commit").write_bytes(text)
            commit = checkout.git("hash-object", "-t", "commit", "-w", "commit")
            checkout.git("push", "--quiet", "origin", f"{commit}:refs/heads/{branch}")


def _alike(checkout: Checkout) -> tuple[bytes, bytes]:
    tree, parent = checkout.git("rev-parse", "HEAD^{tree}", "HEAD").split()
    who = "Playground <playground@acme.example> 1700000000 +0000"
    seen: dict[str, bytes] = {}
    for number in range(CANDIDATES):
        text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nNumber {number}\n".encode()
        short = sha1(b"commit %d\0%b" % (len(text), text), usedforsecurity=False).hexdigest()[:SHORT]
        if short in seen:
            return seen[short], text
        seen[short] = text
    raise AssertionError("no two commits are alike")
