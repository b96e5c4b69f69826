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
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from playground.github.checkout import Checkout
from playground.github.client import Hub
from shippy.config.github import GitHub
from shippy.github import connect
from shippy.github.connecting import Client
from tests.github.description.holding import Asked, mistakes

STOP_SECONDS = 10
# The login of whoever does there what people do.
HANDS = "playground"
SHORT = 7
# Of so many commits, two are alike in their first seven digits but for one time in a hundred million.
CANDIDATES = 100_000


@dataclass(frozen=True)
class Served:
    url: str
    api_url: str
    token: str

    def connect(self, timeout: int = 5) -> Client:
        return connect(GitHub(api_url=self.api_url, token=SecretStr(self.token), proxy="direct"), timeout)

    def asked(self) -> list[Asked]:
        """Everything that was asked with a token that GitHub knows, but by the tests' own hands."""
        calls = [call for call in Hub(self.url).calls() if call["login"] not in {None, HANDS}]
        return [
            Asked(
                call["method"],
                call["path"].removeprefix(urlsplit(self.api_url).path),
                tuple(parse_qsl(call["query"], keep_blank_values=True)),
                call["body"],
            )
            for call in calls
        ]

    def repository(self, name: str) -> Hub:
        """A new repository with one commit on master."""
        hub = Hub(self.url, f"acme/{name}")
        hub.create()
        if not hub.branches():
            hub.push_file("master", "README.md", "An app.\n", "Begin")
        return hub


@contextmanager
def served_github(root: Path) -> Iterator[Served]:
    """The server, for as long as a module's tests. In the end, all that shippy has asked is held to GitHub's own words.

    Raises:
        AssertionError: something that was asked is not in GitHub's description of its API.
    """
    command = [sys.executable, "-m", "playground.github", "--root", str(root), "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with closing(process.stdin):
            served = Served(**json.loads(process.stdout.readline()))
            yield served
            wrong = mistakes(served.asked())
        process.wait(STOP_SECONDS)
    if wrong:
        raise AssertionError("not as GitHub describes it:\n" + "\n".join(wrong))


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
