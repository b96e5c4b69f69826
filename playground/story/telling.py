"""The story itself: what is typed, in its order, and what must be true after each line."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

from playground.sample.branches import MAIN
from playground.stage import OWNER, Stage
from playground.story.hosts import commits_on_hosts
from playground.story.promises import Promises, interval
from playground.visitors.client import Visitors

SAMPLE = 1000
STEADY_REQUESTS = 40
REMOVED_SECONDS = 3.0
BACK_SECONDS = 60.0
VERSION_HEADER = "X-Version"


@dataclass
class Story:
    stage: Stage
    visitors: Visitors
    promises: Promises
    in_a_swarm: bool = False

    def tell(self) -> None:
        live = self._commit_of(MAIN)
        self._keep(live)
        shipped = self.commits("green-button", live)
        self.aborts("blue-header", shipped)
        self.undoes("blue-header", shipped)
        self.refuses("nothing-ready", shipped)
        total = self.visitors.total()
        self.promises.hold(
            "no request of the steady visitors was lost",
            not total.failed,
            f"{total.requests} served, {total.failed} lost",
        )
        if self.in_a_swarm:
            self.loses_a_manager()

    def commits(self, branch: str, live: str) -> str:
        """Ship, verify, 25 %, climb to 50 %, commit: the branch is live and in master."""
        commit = self._commit_of(branch)
        thread = self._ships(branch, live, commit)
        self._rolls_out(thread, "25", 25, commit)
        self._rolls_out(thread, "40 50 every 10s", 50, commit)
        self._type("shippy commit", thread, "Done:")
        self._measure(100, commit)
        merged = self.stage.hub.head(MAIN)
        contained = self.stage.hub.contains(MAIN, commit)
        self.promises.hold("the branch is merged into master", contained, f"master is at {merged[:8]}")
        self._keep(commit, warm=live)
        return commit

    def aborts(self, branch: str, live: str) -> None:
        """Ship and 25 %, then abort: everything is as it was."""
        self.stage.update_branch(branch)
        commit = self._commit_of(branch)
        thread = self._ships(branch, live, commit)
        self._rolls_out(thread, "25", 25, commit)
        self._type("shippy abort the header looks wrong", thread, "Aborted:")
        self._measure(0, commit)
        merged = self.stage.hub.contains(MAIN, commit)
        self.promises.hold("the aborted branch is not in master", not merged, f"{branch} merged: {merged}")
        self._keep(live)

    def undoes(self, branch: str, live: str) -> None:
        """Ship and commit, then undo: the release from before serves everybody again, and ships are locked."""
        self.stage.update_branch(branch)
        commit = self._commit_of(branch)
        thread = self._ships(branch, live, commit)
        self._type("shippy commit", thread, "Done:")
        self._type("shippy undo the header is too blue", thread, "Undone:")
        self._measure(0, commit)
        reverts = [name for name in self.stage.hub.branches() if name.startswith("shippy/revert-")]
        self.promises.hold("a pull request reverts the merge", len(reverts) == 1, ", ".join(reverts) or "none")
        thread = self.stage.slack.type("kim", f"shippy ship {branch}")
        told = self.stage.wait_for(thread, "hips are locked")
        self.promises.hold("ships are locked until somebody unlocks them", "the header is too blue" in told, told)
        self._type("shippy unlock", thread, "has unlocked ships")
        self._keep(live)

    def refuses(self, branch: str, live: str) -> None:
        """Every check is in the way: nothing is touched, and the lock is free again."""
        thread = self.stage.slack.type("lee", f"shippy ship {branch}")
        refusal = self.stage.wait_for(thread, "in the way:\n")
        for check in ("ci/build", "qa/sign-off", "up to date"):
            self.promises.hold(f"{check} is in the way of {branch}", f"{check}:" in refusal, _line(refusal, check))
        self._asks("kim", "shippy why", "wanted to ship", "Put it right", "why tells what to do about each check")
        self._asks(
            "kim", f"shippy plan {branch}", "Nothing has been done", "In the way:", "plan tells what is in the way"
        )
        self._offers_a_fork()
        self._keep(live)

    def loses_a_manager(self) -> None:
        """The engine of the manager that shippy asks first ends, with its containers, and comes back."""
        lost = self.stage.machines.hosts[0]
        if lost.engine is None:
            return
        lost.engine.kill()
        told = self._hosts_until(f"{lost.name}: the swarm")
        others = [_line(told, f"{host.name}: ") for host in self.stage.machines.hosts[1:]]
        self.promises.hold(
            "another manager tells what runs where the first one is gone",
            "running" not in _line(told, f"{lost.name}: ") and all("running" in line for line in others),
            told.replace("\n", " "),
        )
        lost.engine.start()
        lost.engine.wait_until_ready()
        told = _line(self._hosts_until(rf"{lost.name}: .*running"), f"{lost.name}: ")
        self.promises.hold("the swarm starts again what it had there", "running" in told, told)

    def _hosts_until(self, pattern: str) -> str:
        """What `hosts` answers as soon as it fits, or at last."""
        last = self.stage.machines.hosts[-1].name
        deadline = time.monotonic() + BACK_SECONDS
        while True:
            told = self.stage.wait_for(self.stage.slack.type("kim", "shippy hosts"), f"{last}: ")
            if re.search(pattern, told) or time.monotonic() > deadline:
                return told
            time.sleep(1)

    def _offers_a_fork(self) -> None:
        """A pull request from a fork, whose number anybody can type, is refused before anything is looked at."""
        hub = self.stage.hub
        hub.fork("mallory").push_file("gift", "gift.txt", "Take me.\n", "Bring a gift")
        number = hub.open_pull("mallory:gift", "A gift")
        self._asks("lee", f"shippy ship #{number}", "from the fork", hub.full_name, "what comes from a fork is refused")

    def _ships(self, branch: str, live: str, commit: str) -> str:
        self.visitors.mark()
        thread = self.stage.slack.type("dana", f"shippy ship {branch}")
        self.stage.wait_for(thread, "Ready to verify")
        answer = requests.get(self.stage.machines.balancers[0].vip_url, timeout=10)
        found = answer.headers.get(VERSION_HEADER, "no version")
        self.promises.hold(
            "the VIP answers with the new version", found == commit, f"{found[:8]} ({answer.status_code})"
        )
        self._measure(0, commit)
        steady = self.visitors.wait_for(STEADY_REQUESTS)
        self.promises.hold(
            "at 0 % no public request reaches it",
            commit not in steady.versions,
            f"all {steady.requests} got {live[:8]}",
        )
        self._looks_alone(thread, commit, live)
        return thread

    def _looks_alone(self, thread: str, commit: str, live: str) -> None:
        """Open the links that only the owner is told, on every balancer: one browser gets the new version."""
        self._type("shippy verify", thread, "/.shippy/pin/")
        (told,) = (one for one in self.stage.slack.replies(thread) if "/.shippy/pin/" in one["text"])
        pin, unpin = (re.search(rf"/\.shippy/{act}/[\w.-]+", told["text"]) for act in ("pin", "unpin"))
        found = {balancer.name: _browses(balancer.public_url, pin, unpin) for balancer in self.stage.machines.balancers}
        names = self.stage.slack.people()
        self.promises.hold(
            "a link told to the owner alone shows one browser the new version at 0 %, another takes it back",
            names.get(told["ephemeral_to"]) == OWNER and all(each == [commit, live] for each in found.values()),
            "; ".join(f"{name}: {' then '.join(one[:8] for one in versions)}" for name, versions in found.items()),
        )

    def _rolls_out(self, thread: str, shares: str, percent: int, commit: str) -> None:
        """What is typed brings the share to so many percent, at once or by itself."""
        self._type(f"shippy rollout {shares}", thread, f"{percent} % of the traffic")
        self.visitors.mark()
        self._measure(percent, commit)
        steady = self.visitors.wait_for(STEADY_REQUESTS)
        self.promises.hold("no request is lost meanwhile", not steady.failed, f"{steady.requests} served")

    def _measure(self, percent: int, commit: str) -> None:
        """The share among new visitors, on each balancer, is within sampling error of what was asked."""
        counts = self.visitors.sample(SAMPLE)
        for balancer, versions in counts.balancers.items():
            answers = sum(versions.values())
            low, high = interval(percent, answers)
            measured = 100 * versions.get(commit, 0) / answers
            found = f"{measured:.1f} % of {answers} (between {low:.1f} and {high:.1f})"
            self.promises.hold(
                f"{percent} % of visitors get {commit[:8]} at {balancer}", low <= measured <= high, found
            )
        self.promises.hold("none of these requests is lost", not counts.failed, f"{counts.requests} served")

    def _keep(self, commit: str, warm: str | None = None) -> None:
        """Every host has one container, of this commit, and one of the warm release, and nothing else."""
        wanted = sorted([commit, warm] if warm else [commit])
        found = self._commits_on_hosts(wanted)
        shown = ", ".join(f"{host}: {' '.join(one[:8] for one in commits)}" for host, commits in found.items())
        clean = all(sorted(commits) == wanted for commits in found.values())
        self.promises.hold(f"every host runs {' and '.join(one[:8] for one in wanted)}, and nothing else", clean, shown)

    def _commits_on_hosts(self, wanted: list[str]) -> dict[str, list[str]]:
        # A swarm says that a container has ended some moments before its node has removed it.
        deadline = time.monotonic() + (REMOVED_SECONDS if self.in_a_swarm else 0.0)
        while True:
            found = commits_on_hosts(self.stage.machines)
            if all(sorted(commits) == wanted for commits in found.values()) or time.monotonic() >= deadline:
                return found
            time.sleep(0.1)

    def _type(self, text: str, thread: str, answer: str) -> None:
        self.stage.slack.type("dana", text, thread=thread)
        self.stage.wait_for(thread, answer)

    def _asks(self, person: str, text: str, begins: str, tells: str, promise: str) -> None:
        """What is typed in the channel is answered with both of these."""
        told = self.stage.wait_for(self.stage.slack.type(person, text), begins)
        self.promises.hold(promise, tells in told, _line(told, tells))

    def _commit_of(self, branch: str) -> str:
        return self.stage.hub.head(branch)


def _browses(public: str, *links: re.Match[str] | None) -> list[str]:
    """The versions that a browser gets from a balancer after each of these links, its cookies kept."""
    with requests.Session() as browser:
        answers = [browser.get(urljoin(public, link[0] if link else "/none"), timeout=10) for link in links]
    return [answer.headers.get(VERSION_HEADER, f"no version ({answer.status_code})") for answer in answers]


def _line(text: str, part: str) -> str:
    return next((line for line in text.splitlines() if part in line), "not named")
