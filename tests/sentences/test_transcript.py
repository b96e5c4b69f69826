"""Whole stories, as somebody reads them in the chat."""

from __future__ import annotations

import re

from shippy.model import HostStep, Slot
from shippy.sentences import narrate
from tests.sentences.rules import BOT, keep_the_rules
from tests.world import KIM, World

COMMIT = re.compile(r"\b[0-9a-f]{8}(?:[0-9a-f]{32})?\b")


def transcript(world: World, live: str = "") -> list[str]:
    """Everything that was told of the last deploy; the live commit is written LIVE, other commits NEW and MERGE."""
    last = world.deploys.recent(1)[0]
    texts = [
        narrate(entry, deploy, bot=BOT, vip=world.site.settings.vip, links={"Splunk": "https://splunk.example.com/1"})
        for entry, deploy in world.listener.entries
        if deploy.id == last.id
    ]
    names = {live[:8]: "LIVE", (last.commit or "")[:8]: "NEW", (last.merged or "")[:8]: "MERGE"}
    told = [text for text in texts if text]
    whole = COMMIT.sub(lambda found: names.get(found[0][:8], found[0]), "\n".join(told))
    keep_the_rules(whole.replace("...", "…"))
    return whole.splitlines()


def test_a_branch_that_is_shipped_rolled_out_and_committed() -> None:
    world = World()
    live = world.make_live()
    world.code.open_pull(12, "feature-x", "A blue header")
    world.ship()
    world.rollout(25)
    world.balancers.open[Slot.GREEN] = 1
    world.commit()
    assert transcript(world, live.commit or "") == [
        "dana ships feature-x to web. The lock production is taken; running the checks.",
        'Shipping feature-x (#12 "A blue header") at NEW; LIVE is live. '
        "What changes: https://github.example.com/acme/web/compare/LIVE...NEW",
        "All 3 checks passed: ci/build, qa/sign-off and up to date.",
        "Preparing 3 hosts in the slot blue. Public traffic to it: zero.",
        "web1 is healthy at 10.0.0.11:32769 (1 of 3).",
        "web2 is healthy at 10.0.0.12:32769 (2 of 3).",
        "web3 is healthy at 10.0.0.13:32769 (3 of 3).",
        "Ready to verify on 3 hosts: http://10.0.0.5:8001/ reaches only the new containers.",
        "Splunk: https://splunk.example.com/1",
        "Then `hal rollout 5` sends them a first share of the public traffic, or `hal abort` ends it.",
        "dana sends 25 % of the public traffic to the new containers (it was 0 %). "
        "Next: another `hal rollout`, `hal commit` or `hal abort`.",
        "dana sends 100 % of the public traffic to the new containers (it was 25 %).",
        "Merging NEW.",
        "Merged as MERGE.",
        "1 session was still open when the time to drain was over, and will be cut.",
        "Done: NEW is live with 100 % of the traffic. The lock is free.",
    ]


def test_a_branch_that_every_check_refuses() -> None:
    world = World()
    live = world.make_live()
    commit = world.code.commit("nothing-ready")
    world.code.set_status(commit, "ci/build", "failure", "2 tests are red")
    world.code.commit("master")
    world.ship("nothing-ready")
    behind = "failed, 1 commit behind master; update it with: git fetch && git merge origin/master && git push"
    assert transcript(world, live.commit or "")[2:] == [
        "Not shipped: 3 of 3 checks are in the way:",
        "✗ ci/build: failed, 2 tests are red · https://github.example.com/acme/web/ci/ci/build",
        "… qa/sign-off: pending, nothing has reported this status yet",
        f"✗ up to date: {behind} · https://github.example.com/acme/web/compare/master...NEW",
        "No container was touched, and the lock is free. The image is on web1, web2 and web3 by now. "
        "`hal checks nothing-ready` looks again.",
    ]


def test_a_branch_that_is_aborted_on_a_bad_day() -> None:
    world = World(min_hosts=2)
    live = world.make_live()
    world.fleet.host["web2"].fail(HostStep.CHECKING, "it exited", 3, ("Traceback", "boom"))
    world.ship()
    world.rollout(10)
    world.balancers.unreachable("lb2")
    world.deploys.abort("web", KIM, "errors in the checkout.")
    told = transcript(world, live.commit or "")
    assert "Ready to verify on 2 hosts (web2 failed): http://10.0.0.5:8001/ reaches only the new containers." in told
    failure = told.index("web2 failed while waiting for health: it exited (exit code 3).")
    assert told[failure + 1 : failure + 3] == ["    Traceback", "    boom"]
    assert told[-5:] == [
        "kim aborts: errors in the checkout.",
        "Left for later: the traffic on lb2 (connection refused). The next deploy puts it right, if not before.",
        "Left for later: the servers on lb2 (connection refused). The next deploy puts it right, if not before.",
        "Left for later: the containers (a balancer may still send visitors there). "
        "The next deploy puts it right, if not before.",
        "Aborted: LIVE has 100 % of the traffic again. The lock is free.",
    ]


def test_the_first_deploy_of_an_app_that_fails() -> None:
    world = World()
    for host in world.fleet.host.values():
        host.fail(HostStep.STARTING, "no such command", 127)
    world.ship()
    told = transcript(world)
    assert told[1].startswith("Shipping feature-x at NEW; nothing is live yet. This is the first deploy of web:")
    assert told[-2:] == [
        "The preparation failed: no host came up, but 3 are needed: web1, web2 and web3 (no such command) failed. "
        "Taking it back.",
        "Failed: nothing is live yet. The lock is free.",
    ]
