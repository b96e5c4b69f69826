"""Runs git on one bare repository. Everything that the playground's GitHub knows of commits comes from here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GIT_SECONDS = 60.0

# Neither the machine's nor the person's git configuration has a say in what this GitHub does.
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
}


@dataclass
class GitFailed(Exception):
    """git ended with an exit code that was not expected; `err` is what it wrote to standard error."""

    arguments: tuple[str, ...]
    code: int
    err: str

    def __str__(self) -> str:
        return f"git {' '.join(self.arguments)} exited with {self.code}: {self.err.strip()}"


@dataclass(frozen=True, slots=True)
class Output:
    code: int
    out: str


@dataclass(frozen=True, slots=True)
class Git:
    """git's commands in the bare repository at `directory`. `_known` is what was answered for good."""

    directory: Path
    _known: dict[tuple[str, ...], Output] = field(default_factory=dict, compare=False, repr=False)

    async def run(self, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None) -> str:
        """Run one command and return its standard output.

        Raises:
            GitFailed: it exited with anything but 0.
        """
        return (await self.attempt(*arguments, stdin=stdin, environment=environment)).out

    async def attempt(
        self,
        *arguments: str,
        accept: tuple[int, ...] = (0,),
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> Output:
        """Like `run`, for commands whose exit code is an answer: the codes in `accept` are not failures."""
        process = await asyncio.create_subprocess_exec(
            "git",
            "-C",
            str(self.directory),
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**ENVIRONMENT, **(environment or {})},
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(stdin.encode()), GIT_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
        code = await process.wait()
        if code not in accept:
            raise GitFailed(arguments, code, err.decode(errors="replace"))
        return Output(code, out.decode(errors="replace"))

    async def once(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> Output:
        """Like `attempt`, for what never changes: commands of which every argument is an option or a whole SHA."""
        if arguments not in self._known:
            self._known[arguments] = await self.attempt(*arguments, accept=accept)
        return self._known[arguments]
