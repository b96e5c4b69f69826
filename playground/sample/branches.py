"""The sample app's branches: one for every case that somebody who ships can meet."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playground.github.client import Hub
from playground.github.git import ENVIRONMENT
from playground.sample.history import Change, Edit, History, edited, tree_of
from playground.sample.people import DANA, DEVELOPERS, DMITRI, KIM, LEE, QUINN, Developer

APP = Path(__file__).parent / "app"
MAIN = "master"
LOOK, START, SERVE, DOCKERFILE = "app/look", "app/start", "app/serve", "Dockerfile"
# Random bytes do not shrink on their way through the registry, so pulling them takes a while.
LARGE_MEGABYTES = 60
PUSH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SampleBranch:
    """A branch with a pull request.

    `shows` says in a line what happens to whoever ships it. `behind` branches start one commit before master's last.
    """

    name: str
    title: str
    author: Developer
    shows: str
    edits: tuple[Edit, ...]
    behind: bool = False
    builds: bool = True
    signed_off: bool = True


MASTER = (
    Change(LEE, "Say what we sell", (Edit(LOOK, "The shop", "Coffee, and nothing else"),)),
    Change(DANA, "Use our brown", (Edit(LOOK, "#444444", "#6b4f3a"),)),
    Change(DMITRI, "We are open", (Edit(LOOK, "Coming soon.", "Open every day from seven."),)),
)

BRANCHES = (
    SampleBranch(
        "green-button",
        "Make the order button green",
        KIM,
        "all green: ships, rolls out and merges",
        (Edit(LOOK, "button='#5b4a3f'", "button='#1f8f4d'"),),
    ),
    SampleBranch(
        "blue-header",
        "Try a blue header",
        LEE,
        "all green: the second one to ship, or to abort",
        (Edit(LOOK, "accent='#6b4f3a'", "accent='#2456a6'"),),
    ),
    SampleBranch(
        "no-qa",
        "Shorten the text of the button",
        DANA,
        "QA has not signed off: refused",
        (Edit(LOOK, "Order now", "Order"),),
        signed_off=False,
    ),
    SampleBranch(
        "behind-master",
        "Darken the button",
        DMITRI,
        "master has moved on since: refused until the branch is updated",
        (Edit(LOOK, "button='#5b4a3f'", "button='#2b2521'"),),
        behind=True,
    ),
    SampleBranch(
        "conflict",
        "Announce the opening hours",
        DANA,
        "behind master, and changes the line that master has changed: refused, and cannot be updated by itself",
        (Edit(LOOK, "Coming soon.", "Open from Monday to Friday."),),
        behind=True,
    ),
    SampleBranch(
        "rival-button",
        "Make the order button red",
        LEE,
        "conflicts with green-button: refused at the merge if that one is merged while this one rolls out",
        (Edit(LOOK, "button='#5b4a3f'", "button='#b3362b'"),),
    ),
    SampleBranch(
        "exits",
        "Read the opening hours from the environment",
        DMITRI,
        "its container prints two lines and exits with code 3: the preparation fails",
        (
            Edit(
                START,
                ". /app/look\n",
                '. /app/look\necho "reading the opening hours"\necho "OPENING_HOURS is not set, giving up"\nexit 3\n',
            ),
        ),
    ),
    SampleBranch(
        "never-healthy",
        "Check the bean supply in the health check",
        KIM,
        "its health check answers 503: the preparation fails at the deadline",
        (Edit(SERVE, 'reply "200 OK" text/plain "ok"', 'reply "503 Service Unavailable" text/plain "no beans"'),),
    ),
    SampleBranch(
        "flaky",
        "Count visits",
        LEE,
        "healthy, but answers about every fifth request for the page with 500: to be noticed while it rolls out",
        (
            Edit(
                SERVE,
                "/ | /\\?*)\n",
                "/ | /\\?*)\n  if [ $((RANDOM % 5)) = 0 ]; then\n"
                '    reply "500 Internal Server Error" text/plain "the counter is locked"\n    exit 0\n  fi\n',
            ),
        ),
    ),
    SampleBranch(
        "large",
        "Ship the photo archive with the app",
        DANA,
        f"its image has {LARGE_MEGABYTES} MB more: pulling it takes long enough to be watched",
        (
            Edit(
                DOCKERFILE,
                "EXPOSE 8080",
                f'RUN ["/bin/busybox", "dd", "if=/dev/urandom", "of=/photos", "bs=1M", "count={LARGE_MEGABYTES}"]\n'
                "EXPOSE 8080",
            ),
        ),
    ),
    SampleBranch(
        "nothing-ready",
        "Sell cake as well",
        LEE,
        "its build fails, QA has not signed off, and master has moved on: refused by every check",
        (Edit(DOCKERFILE, "ARG COMMIT", "COPY cake /cake\nARG COMMIT"),),
        behind=True,
        builds=False,
        signed_off=False,
    ),
    SampleBranch(
        "feature/größe",
        "Welcome visitors from Österreich",
        DMITRI,
        "all green, with a slash and an umlaut in its name",
        (Edit(LOOK, "Open every day from seven.", "Gr&uuml;&szlig; Gott! Open every day from seven."),),
    ),
)


def write(repository: Path) -> None:
    """Make a bare repository with master and all branches."""
    history = History()
    tree = tree_of(APP)
    tip = before = history.commit(MAIN, None, KIM, "Start the shop", tree=tree)
    tree_before = tree
    for change in MASTER:
        before, tree_before = tip, tree
        tree = edited(tree, change)
        tip = history.commit(MAIN, tip, change.author, change.message, tree=tree)
    for branch in BRANCHES:
        parent, files = (before, tree_before) if branch.behind else (tip, tree)
        change = Change(branch.author, branch.title, branch.edits)
        history.commit(branch.name, parent, branch.author, branch.title, tree=edited(files, change))
    history.write(repository)


def plant(hub: Hub) -> None:
    """Give the playground's GitHub the sample app: its developers, branches, pull requests and QA's sign-offs."""
    developers = {somebody: Hub(hub.url, hub.full_name, _token(hub, somebody)) for somebody in DEVELOPERS}
    hub.create()
    with tempfile.TemporaryDirectory(prefix="playground-sample-") as directory:
        write(Path(directory))
        # The CI builds in the order of the pushes, and these are what a demonstration starts with.
        _push(directory, hub.clone_url, MAIN, BRANCHES[0].name)
        _push(directory, hub.clone_url, "refs/heads/*")
    for branch in BRANCHES:
        developers[branch.author].open_pull(branch.name, branch.title, body=f"What to expect: {branch.shows}.")
        if branch.signed_off:
            developers[QUINN].sign_off(branch.name, QUINN.name)


def _push(directory: str, url: str, *refs: str) -> None:
    command = ["git", "-C", directory, "push", "--quiet", url, *refs]
    subprocess.run(  # noqa: S603 - git, with an address of the playground
        command, env=ENVIRONMENT, check=True, timeout=PUSH_SECONDS, capture_output=True
    )


def _token(hub: Hub, somebody: Developer) -> str:
    return hub.add_person(somebody.login, somebody.name, somebody.email)
