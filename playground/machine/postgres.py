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
from playground.machine.process import Process, ProcessFailed
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
    secret = folder / "password"
    secret.write_text(PASSWORD)
    prefix = _as_somebody(folder)
    made = ["--pgdata", str(folder / "data"), "--username", USER, "--pwfile", str(secret), "--auth", "scram-sha-256"]
    quick = ["--no-sync", "--encoding", "UTF8", "--locale", "C"]
    command = [*prefix, str(programs / "initdb"), *made, *quick]
    subprocess.run(command, check=True, capture_output=True, timeout=START_SECONDS)  # noqa: S603 - Debian's own
    started = _started(folder, programs, prefix)
    try:
        yield started
    finally:
        # A fast shutdown: it waits for no client.
        started.process.signal(signal.SIGINT)
        started.process.stop()


def _started(folder: Path, programs: Path, prefix: list[str], tries: int = 3) -> Postgres:
    """Somebody else may take the port that was free a moment ago: then another one is tried."""
    port = free_port()
    where = ["-D", str(folder / "data"), "-k", str(folder), "-h", "127.0.0.1", "-p", str(port)]
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    command = [*prefix, str(programs / "postgres"), *where, *settings]
    process = Process.start("postgres", command, folder / "postgres.log")
    asking = [str(programs / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    try:
        process.wait_until(lambda: subprocess.run(asking, check=False).returncode == 0, START_SECONDS)  # noqa: S603 - as above
    except ProcessFailed:
        if tries == 1:
            raise
        return _started(folder, programs, prefix, tries - 1)
    return Postgres(process, port)


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
