"""Does from outside what people and programs do to the playground's GitHub. For the demo, the story, the CI and tests.

Every method raises requests.HTTPError where the server refuses, and requests.ConnectionError where it does not answer.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from itertools import chain, count, takewhile
from typing import Any
from urllib.parse import quote

import requests

from playground.github.changes import Author, Change
from playground.github.checkout import Checkout
from playground.github.faults import Fault

TIMEOUT_SECONDS = 30.0
POLL_SECONDS = 10.0
HANDS = Author("Playground", "playground@acme.example")
SIGN_OFF = "qa/sign-off"


class Hub:
    """One repository of the playground's GitHub. Without a token, it works as somebody of its own, called `login`."""

    def __init__(
        self, url: str, full_name: str = "acme/web", token: str | None = None, login: str = "playground"
    ) -> None:
        self.url = url.rstrip("/")
        self.full_name = full_name
        self._session = requests.Session()
        # A proxy that the environment names has no business between the parts of the playground.
        self._session.trust_env = False
        self.token = token or self.add_person(login, login, f"{login}@acme.example", bot=True)
        self._session.headers["Authorization"] = f"Bearer {self.token}"

    @property
    def page(self) -> str:
        return f"{self.url}/{self.full_name}"

    @property
    def clone_url(self) -> str:
        return f"{self.page}.git"

    def create(self) -> None:
        """Make the repository, unless it is there."""
        owner, _, name = self.full_name.partition("/")
        self._ask("POST", "/playground/repositories", {"owner": owner, "name": name})

    def fork(self, owner: str) -> Hub:
        """The fork of an owner, which is made unless it is there."""
        self._api("POST", "/forks", {"organization": owner})
        return Hub(self.url, f"{owner}/{self.full_name.partition('/')[2]}")

    def add_person(self, login: str, name: str, email: str, *, bot: bool = False) -> str:
        """Let GitHub know somebody, whose commits are made with this e-mail address; returns a token of theirs."""
        given = {"login": login, "name": name, "email": email, "bot": bot}
        return str(self._ask("POST", "/playground/people", given)["token"])

    def register_app(
        self, login: str, permissions: Mapping[str, str] | None = None, lifetime: float = 3600.0
    ) -> dict[str, Any]:
        """A new app's `id`, `installation` and `private_key`; its tokens last so many seconds."""
        given = {"login": login, "permissions": {**(permissions or {})}, "lifetime": lifetime}
        return dict(self._ask("POST", "/playground/apps", given))

    def give(self, login: str, permission: str) -> None:
        """Say what somebody may do here from now on, instead of pushing: pull, triage, push, maintain or admin."""
        self._api("PUT", f"/collaborators/{quote(login, safe='')}", {"permission": permission})

    def make_team(self, name: str, *logins: str) -> None:
        """Make a team, "acme/ops", of these people."""
        organization, _, slug = name.partition("/")
        teams = f"/api/v3/orgs/{quote(organization)}/teams"
        self._ask("POST", teams, {"name": slug})
        for login in logins:
            self._ask("PUT", f"{teams}/{quote(slug)}/memberships/{quote(login)}", {})

    def branches(self) -> dict[str, str]:
        """The head of each branch."""
        pages = (self._api("GET", f"/branches?per_page=100&page={number}") for number in count(1))
        full = chain.from_iterable(takewhile(bool, pages))
        return {branch["name"]: branch["commit"]["sha"] for branch in full}

    def head(self, branch: str) -> str:
        return str(self._api("GET", f"/branches/{quote(branch)}")["commit"]["sha"])

    def contains(self, branch: str, commit: str) -> bool:
        """Whether a branch has a commit, and everything before it."""
        return int(self._api("GET", f"/compare/{quote(branch)}...{commit}")["ahead_by"]) == 0

    def checkout(self, author: Author | None = None) -> Checkout:
        """A clone in a new directory, to commit and push from; a context manager, which removes it."""
        return Checkout(self.clone_url, author or HANDS)

    def push_file(self, branch: str, path: str, content: str, message: str, *, author: Author | None = None) -> str:
        """Commit one file to a branch (made from the default branch, if it is new); returns the commit."""
        return self.push(branch, Change(message, {path: content}), author=author)

    def push(self, branch: str, *changes: Change, author: Author | None = None) -> str:
        """Commit to a branch (made from the default branch, if it is new), as a push of it does; returns the last one.

        Many times as fast as a checkout.
        """
        given = {"branch": branch, "author": asdict(author or HANDS), "changes": [asdict(one) for one in changes]}
        return str(self._ask("POST", f"/playground/repositories/{self.full_name}/commits", given)["sha"])

    def move(self, branch: str, commit: str) -> None:
        """Put a branch, which may be new, at a commit that is here, as a forced push does."""
        self._ask("PUT", f"/playground/repositories/{self.full_name}/branches/{quote(branch)}", {"sha": commit})

    def delete(self, branch: str) -> None:
        self._api("DELETE", f"/git/refs/heads/{quote(branch)}")

    def log(self, ref: str) -> list[dict[str, Any]]:
        """The last thirty commits of a branch, newest first."""
        return list(self._api("GET", f"/commits?sha={quote(ref, safe='')}"))

    def message(self, ref: str) -> str:
        """What the commit of a branch says."""
        return str(self._api("GET", f"/commits/{quote(ref, safe='')}")["commit"]["message"])

    def files(self, ref: str) -> dict[str, str]:
        """The text of each file of a branch or commit, by its path."""
        return dict(self._ask("GET", f"/playground/repositories/{self.full_name}/files?ref={quote(ref, safe='')}"))

    def open_pull(self, branch: str, title: str, *, body: str = "", base: str = "master", draft: bool = False) -> int:
        given = {"title": title, "head": branch, "base": base, "body": body, "draft": draft}
        return int(self._api("POST", "/pulls", given)["number"])

    def pull(self, number: int) -> dict[str, Any]:
        return dict(self._api("GET", f"/pulls/{number}"))

    def label(self, number: int, *labels: str) -> None:
        """Let a pull request have these labels, and no others."""
        self._api("PUT", f"/issues/{number}/labels", {"labels": labels})

    def add_hook(self, url: str, secret: str, *events: str) -> None:
        """Have a URL called when something of these kinds happens here; without any kind, whatever it is."""
        config = {"url": url, "secret": secret, "content_type": "json"}
        self._api("POST", "/hooks", {"name": "web", "config": config, "events": events or ["*"]})

    def merge(self, number: int, method: str = "merge") -> str:
        """Merge a pull request (merge, squash or rebase); returns the commit that its base has then."""
        return str(self._api("PUT", f"/pulls/{number}/merge", {"merge_method": method})["sha"])

    def mergeable(self, number: int) -> bool | None:
        """Whether a pull request can be merged: the first to ask is not told, and has it worked out."""
        self.pull(number)
        mergeable: bool | None = self.pull(number)["mergeable"]
        return mergeable

    def review(self, number: int, event: str = "APPROVE", body: str = "") -> int:
        """Review a pull request (APPROVE, REQUEST_CHANGES, COMMENT); nobody approves their own."""
        return int(self._api("POST", f"/pulls/{number}/reviews", {"event": event, "body": body or event})["id"])

    def dismiss(self, number: int, review: int) -> None:
        self._api("PUT", f"/pulls/{number}/reviews/{review}/dismissals", {"message": "It is outdated."})

    def compare(self, base: str, head: str) -> dict[str, Any]:
        return dict(self._api("GET", f"/compare/{quote(base)}...{quote(head)}"))

    def update_branch(self, number: int) -> None:
        """Merge its base into a pull request's branch."""
        self._api("PUT", f"/pulls/{number}/update-branch", {})

    def sign_off(self, subject: str | int, person: str = "Quinn") -> str:
        """QA's sign-off of the head of a branch or of a pull request's number; returns the commit."""
        sha = self.head(subject) if isinstance(subject, str) else str(self.pull(subject)["head"]["sha"])
        self.set_status(sha, SIGN_OFF, "success", description=f"signed off by {person}")
        return sha

    def set_status(self, sha: str, context: str, state: str, *, description: str = "", target_url: str = "") -> None:
        given = {"state": state, "context": context, "description": description, "target_url": target_url or None}
        self._api("POST", f"/statuses/{sha}", given)

    def report_check(self, sha: str, name: str, state: str, *, title: str = "") -> int:
        """A new check run: `state` is its conclusion, or how far it is without one (queued, in_progress)."""
        going = state in {"queued", "in_progress"}
        output = {"output": {"title": title, "summary": title}} if title else {}
        given = {"head_sha": sha, "name": name, "status" if going else "conclusion": state, **output}
        return int(self._api("POST", "/check-runs", given)["id"])

    def statuses(self, ref: str) -> dict[str, dict[str, Any]]:
        """The latest status of each context on a branch or commit."""
        combined = self._api("GET", f"/commits/{quote(ref, safe='')}/status?per_page=100")
        return {status["context"]: status for status in combined["statuses"]}

    def protect(self, branch: str, *contexts: str, approvals: int = 0) -> None:
        given = {
            "required_status_checks": {"strict": False, "contexts": list(contexts)},
            "required_pull_request_reviews": {"required_approving_review_count": approvals},
        }
        self._api("PUT", f"/branches/{quote(branch)}/protection", given)

    def allow(self, *methods: str) -> None:
        """Say in which ways pull requests may be merged from now on: merge, squash, rebase."""
        keys = {"merge": "allow_merge_commit", "squash": "allow_squash_merge", "rebase": "allow_rebase_merge"}
        self._api("PATCH", "", {key: method in methods for method, key in keys.items()})

    def demand(self, *, queue: bool = False, talked_out: bool = False, unresolved: tuple[int, ...] = ()) -> None:
        """Say what merges have to keep to from now on: see playground.github.rules.Rules."""
        given = {"queue": queue, "talked_out": talked_out, "unresolved": unresolved}
        self._ask("PUT", f"/playground/repositories/{self.full_name}/rules", given)

    def add_ruleset(self, branch: str, *contexts: str) -> None:
        """Let a ruleset ask for these statuses of what is merged into a branch."""
        checks = [{"context": context} for context in contexts]
        given = {
            "name": f"what {branch} asks for",
            "target": "branch",
            "enforcement": "active",
            "conditions": {"ref_name": {"include": [f"refs/heads/{branch}"], "exclude": []}},
            "rules": [{"type": "required_status_checks", "parameters": {"required_status_checks": checks}}],
        }
        self._api("POST", "/rulesets", given)

    def unprotect(self, branch: str) -> None:
        self._api("DELETE", f"/branches/{quote(branch)}/protection")

    def fault(self, fault: Fault) -> None:
        """Let requests fail from now on, as the fault says."""
        self._ask("POST", "/playground/faults", fault.as_json())

    def clear_faults(self) -> None:
        self._ask("DELETE", "/playground/faults")

    def set_budget(self, *, limit: int = 5000, used: int = 0) -> None:
        self._ask("PUT", "/playground/budget", {"limit": limit, "used": used})

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """The API's calls since number `after`, oldest first: see playground.github.calls.Call."""
        return list(self._ask("GET", f"/playground/calls?after={after}"))

    def events(self, after: int = 0, seconds: float = 0.0) -> list[dict[str, Any]]:
        """What happened since number `after`; waits up to so many seconds for the first of it."""
        return list(self._ask("GET", f"/playground/events?after={after}&timeout={seconds}"))

    def wait_for_status(self, branch: str, context: str, state: str, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until the head of a branch has a status in this state, and return it.

        Raises:
            TimeoutError: it did not come to that in the time.
        """
        deadline, last, seen = time.monotonic() + seconds, 0, None
        while (left := deadline - time.monotonic()) > 0:
            seen = self.statuses(branch).get(context)
            if seen and seen["state"] == state:
                return seen
            news = self.events(last, min(left, POLL_SECONDS))
            last = news[-1]["number"] if news else last
        raise TimeoutError(f"{context} of {branch} is {seen['state'] if seen else 'missing'}, not {state}")

    def _api(self, method: str, path: str, given: object = None) -> Any:
        return self._ask(method, f"/api/v3/repos/{self.full_name}{path}", given)

    def _ask(self, method: str, path: str, given: object = None) -> Any:
        answer = self._session.request(method, self.url + path, json=given, timeout=TIMEOUT_SECONDS + POLL_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None
