"""The command line, as somebody in a shell uses it, on hosts and balancers that do not answer.

The daemon is a real process; so is one of each kind of command. The others are called here, because a process for each
takes more than a second for its imports alone.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import gevent
import pytest

from ship import allow_many_files, main
from shippy import __version__
from shippy.chat.tell import tell
from shippy.journal import open_journal

ROOT = Path(__file__).parents[1]
SECRETS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "GITHUB_TOKEN": "ghp_1"}
START_SECONDS = 30.0
ANSWER_SECONDS = 10.0
STOP_SECONDS = 20.0
NOBODY = "127.0.0.1:9"
"""The discard port: nothing listens there, and a connection is refused at once."""

CONFIG = """
chat: {transport: local}
github: {api_url: "http://NOBODY/", token: t}
journal: sqlite:///FOLDER/journal.db
control: FOLDER/control.sock
apps:
  web:
    repository: acme/web
    image: NOBODY/acme/web:{commit}
    hosts:
      - {name: web1, docker: "tcp://NOBODY", address: 127.0.0.1}
      - {name: web2, docker: "tcp://NOBODY", address: 127.0.0.1}
    balancers: [{name: lb1, runtime: "tcp://NOBODY"}]
    vip: http://127.0.0.1:8001/
    public: http://127.0.0.1:8000/
    checks: {statuses: [ci/build]}
"""


@dataclass(frozen=True)
class Place:
    """A folder with a config file, a journal and a control socket."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "shippy.yml"

    @property
    def control(self) -> Path:
        return self.folder / "control.sock"

    def says(self, text: str) -> str:
        """What the daemon says to a command, without a process of its own for it."""
        said: list[str] = []
        tell(self.control, text, said.append)
        return "\n".join(said)

    def tell(self, *words: str) -> Done:
        return typed("tell", "--control", str(self.control), *words)


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def place(folder: Path) -> Place:
    made = Place(folder)
    made.config.write_text(CONFIG.replace("FOLDER", str(folder)).replace("NOBODY", NOBODY))
    return made


def shippy(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, str(ROOT / "ship.py"), *arguments]
    environment = {**os.environ, **SECRETS}
    return subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, env=environment, check=False)


def typed(*arguments: str) -> Done:
    """Run a command to its end, without a process of its own."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(arguments, prog_name="shippy")
    code = ended.value.code
    if isinstance(code, str):
        # As Python does with what it cannot return to the shell.
        err.write(f"{code}\n")
        code = 1
    return Done(code or 0, out.getvalue(), err.getvalue())


@contextmanager
def daemon(at: Place) -> Iterator[subprocess.Popen[str]]:
    """A daemon that is ready; killed at the end, if it still runs then."""
    command = [sys.executable, str(ROOT / "ship.py"), "run", "--config", str(at.config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until_ready(process)
            yield process
        finally:
            process.kill()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    read: list[str] = []
    with gevent.Timeout(START_SECONDS, AssertionError("not ready in time")):
        for line in process.stderr:
            read.append(line)
            if line.rstrip().endswith("is ready"):
                return
    raise AssertionError("".join(read))


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One daemon for the tests that only talk to it."""
    made = place(tmp_path_factory.mktemp("standing"))
    with daemon(made):
        yield made


def test_as_many_files_may_be_open_as_the_system_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
    try:
        allow_many_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# check-config and balancer-config


def test_the_sample_config_is_all_right() -> None:
    done = shippy("check-config", str(ROOT / "config" / "shippy.yml"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "is right: web (2 hosts, 1 balancer); chat over socket_mode." in done.stdout


def test_every_mistake_is_told_at_once_and_the_daemon_does_not_start(tmp_path: Path) -> None:
    made = place(tmp_path)
    text = made.config.read_text().replace("acme/web\n", "acme\n").replace("tcp://", "pigeon://")
    made.config.write_text(text)
    for done in (typed("check-config", str(made.config)), shippy("run", "--config", str(made.config))):
        assert (done.returncode, done.stdout) == (2, "")
        assert [line.removeprefix(f"{made.config}: ").split(":")[0] for line in done.stderr.splitlines()] == [
            "apps.web.balancers.0.runtime",
            "apps.web.hosts.0.docker",
            "apps.web.hosts.1.docker",
            "apps.web.repository",
        ]
        assert done.stderr.count("expected ") == 4
    assert not made.control.exists()


def test_a_file_that_is_not_there_is_named() -> None:
    done = typed("check-config", "/nowhere/shippy.yml")
    assert done.returncode == 2
    assert done.stderr.startswith("/nowhere/shippy.yml: expected ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["balancer-config", "haproxy-config"])
def test_the_configuration_of_a_balancer_is_printed(tmp_path: Path, command: str) -> None:
    made = place(tmp_path)
    done = typed(command, "--config", str(made.config), "--app", "web")
    assert done.returncode == 0
    assert re.search(r"^backend web_blue\b", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--app", "api"], "shippy: there is no app api; there is web\n"),
        (["--app", "web", "--balancer", "lb9"], "shippy: web has no balancer lb9; it has lb1\n"),
    ],
)
def test_a_balancer_that_is_not_there_is_a_clear_line(tmp_path: Path, options: list[str], line: str) -> None:
    done = typed("balancer-config", "--config", str(place(tmp_path).config), *options)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


def test_it_says_what_it_is_and_what_it_can() -> None:
    assert __version__ in typed("--version").stdout
    told = typed("--help").stdout
    assert all(command in told for command in ("run", "tell", "check-config", "balancer-config", "rescue"))


# rescue


def test_a_rescue_needs_no_secrets_and_makes_nothing(tmp_path: Path) -> None:
    made = place(tmp_path)
    chat = 'chat: {bot_token: "${NOT_THERE}", app_token: "${NOR_THIS}", channels: ["#deploys"]}'
    made.config.write_text(made.config.read_text().replace("chat: {transport: local}", chat))
    for options in ([], ["--abort"]):
        done = typed("rescue", "--config", str(made.config), *options)
        assert (done.returncode, done.stderr) == (1, "")
        assert f"{tmp_path}/journal.db is not there" in done.stdout
        assert "lb1: " in done.stdout
    assert list(tmp_path.iterdir()) == [made.config]


def test_a_rescue_does_nothing_while_a_daemon_runs(standing: Place) -> None:
    done = shippy("rescue", "--config", str(standing.config), "--abort")
    assert (done.returncode, done.stderr) == (3, "")
    assert f"tell --control {standing.control} abort" in done.stdout


def test_a_rescue_asks_which_app_where_there_are_several(tmp_path: Path) -> None:
    made = place(tmp_path)
    app = made.config.read_text().partition("apps:\n")[2]
    made.config.write_text(made.config.read_text() + app.replace("  web:", "  api:"))
    for options in (["--abort"], ["--app", "shop"]):
        done = typed("rescue", "--config", str(made.config), *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert "web, api" in done.stderr


# run and tell


def test_status_is_told_at_once_even_if_no_host_and_no_balancer_answers(standing: Place) -> None:
    began = time.monotonic()
    done = shippy("tell", "--control", str(standing.control), "status")
    assert time.monotonic() - began < ANSWER_SECONDS
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("web: I cannot tell what is live right now. No deploy is running;")
    assert "web1" in done.stdout


def test_a_command_that_does_nothing_says_so_and_ends_in_failure(standing: Place) -> None:
    done = standing.tell("rollout", "-5")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        '"rollout -5": "-5" is not a number of percent. '
        "The form is `shippy rollout <0..100> [<0..100> … every 5m] [app]`.\n"
    )


def test_the_bots_name_may_be_typed_too(standing: Place) -> None:
    assert standing.says("shippy help rollout") == standing.says("help rollout")
    assert "shippy rollout <0..100> [<0..100> … every 5m] [app]" in standing.says("help rollout")


def test_a_ship_that_cannot_be_is_told_in_the_shell_and_leaves_the_lock_free(standing: Place) -> None:
    done = standing.tell("ship feature-x")
    assert done.returncode == 1
    assert done.stdout.startswith("GitHub is not available")
    assert len(done.stdout.splitlines()) == 1
    assert "No deploy is running" in standing.says("status")
    assert standing.says("history") == "Nothing has been shipped yet."


def test_a_second_daemon_on_the_same_journal_refuses_and_names_the_first(tmp_path: Path) -> None:
    made = place(tmp_path)
    with daemon(made) as first:
        second = shippy("run", "--config", str(made.config))
        assert second.returncode == 1
        (line,) = [line for line in second.stderr.splitlines() if line.startswith("shippy: ")]
        assert f"is used by another shippy (process {first.pid})" in line
        assert "Traceback" not in second.stderr
        assert "shippy ship" in made.says("help")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_that_is_told_to_stop_ends_well_and_leaves_nothing_locked(tmp_path: Path, number: int) -> None:
    made = place(tmp_path)
    with daemon(made) as process:
        made.says("nonsense")
        process.send_signal(number)
        assert process.wait(timeout=STOP_SECONDS) == 0
        assert process.stderr is not None
        rest = process.stderr.read()
    assert rest.rstrip().endswith("stopped")
    assert "Traceback" not in rest
    assert not made.control.exists()
    open_journal(f"sqlite:///{tmp_path}/journal.db").close()


def test_what_a_killed_daemon_left_is_no_obstacle_to_the_next(tmp_path: Path) -> None:
    made = place(tmp_path)
    with daemon(made) as process:
        process.kill()
        process.wait(timeout=STOP_SECONDS)
    assert made.control.exists()
    with daemon(made):
        assert "shippy ship" in made.says("help")


def test_without_a_daemon_tell_says_so_in_a_line(tmp_path: Path) -> None:
    done = Place(tmp_path).tell("status")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"shippy: the daemon at {tmp_path}/control.sock is not available: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_journal_that_cannot_be_used_is_a_line(tmp_path: Path) -> None:
    made = place(tmp_path)
    (tmp_path / "journal.db").write_text("this is no database, and long enough to be looked at" * 100)
    done = shippy("run", "--config", str(made.config))
    assert done.returncode == 1
    assert "shippy: the journal cannot be used (" in done.stderr
    assert "Traceback" not in done.stderr
