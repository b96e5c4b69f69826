"""A PostgreSQL server of one's own: in a folder of its own, on a port of loopback, gone when it is stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.machine.packages import DATABASE, MissingPrograms, how_to_get, search_path
from playground.machine.process import Process
from playground.machine.topology import free_port

USER = "shippy"
PASSWORD = "not-a-secret"  # noqa: S105 - of a server that lives for a test
SUBSTITUTES = ("postgres", "nobody")
START_SECONDS = 30.0
# Small, and quick rather than lasting: what it holds is thrown away with it.
SETTINGS = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60", "logging_collector=off")


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    process: Process
    port: int

    def url(self, database: str, port: int | None = None) -> str:
        """Of a database on it, as SQLAlchemy has it; `port` is that of something in between."""
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{port or self.port}/{database}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server; it is ready inside.

    Raises:
        MissingPrograms: PostgreSQL is not installed.
        ProcessFailed: it could not start; with the last lines of its log.
    """
    program = DATABASE.found()
    if program is None:
        raise MissingPrograms(how_to_get([DATABASE]))
    folder = Path(tempfile.mkdtemp(prefix="shippy-postgres-"))
    try:
        yield from _served(folder, Path(program).resolve().parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(folder: Path, programs: Path) -> Iterator[Postgres]:
    data, secret, port = folder / "data", folder / "password", free_port()
    secret.write_text(PASSWORD)
    prefix = _as_somebody(folder)
    made: list[str | Path] = ["--pgdata", data, "--username", USER, "--pwfile", secret, "--auth", "scram-sha-256"]
    quick = ["--no-sync", "--encoding", "UTF8", "--locale", "C"]
    command = [*prefix, programs / "initdb", *made, *quick]
    subprocess.run(command, check=True, capture_output=True, timeout=START_SECONDS)  # noqa: S603 - Debian's own
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    where: list[str | Path] = ["-D", data, "-k", folder, "-h", "127.0.0.1", "-p", str(port)]
    process = Process.start("postgres", [*prefix, programs / "postgres", *where, *settings], folder / "postgres.log")
    try:
        asking: list[str | Path] = [programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(port)]
        process.wait_until(lambda: subprocess.run(asking, check=False).returncode == 0, START_SECONDS)  # noqa: S603 - as above
        yield Postgres(process, port)
    finally:
        # A fast shutdown: it waits for no client.
        process.signal(signal.SIGINT)
        process.stop()


def _as_somebody(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: what is put before its commands then, with the folder given to that user."""
    if os.geteuid() != 0:
        return []
    known = {one.pw_name: one for one in pwd.getpwall()}
    user = next(known[name] for name in SUBSTITUTES if name in known)
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    setpriv = shutil.which("setpriv", path=search_path()) or "setpriv"
    return [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=QUIT", "--"]
