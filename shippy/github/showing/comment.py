"""A deploy as one comment on its pull request: https://docs.github.com/en/rest/issues/comments"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

from github import GithubException
from github.IssueComment import IssueComment
from github.PaginatedList import PaginatedList
from github.Repository import Repository

from shippy.errors import Unavailable
from shippy.github.showing.declining import github_may_decline
from shippy.github.showing.view import View

# It begins the comment, is not shown, and finds it again, after an answer that was lost, too.
MARKER = "<!-- shippy deploy {deploy} -->"
CLOCKS_APART = timedelta(minutes=1)
"""How far GitHub's clock may be behind the one that a deploy's start was noted with."""
GONE = 404


class ShownComment:
    """Implements `view.Part`. A deploy without a pull request has no comment. `write` gives what it says."""

    def __init__(self, repository: Repository, write: Callable[[View], str]) -> None:
        self._repository = repository
        self._write = write
        self._id: int | None = None
        self._shown = ""

    def show(self, view: View) -> None:
        pull = view.deploy.revision.pull if view.deploy.revision else None
        if pull is None:
            return
        body = f"{MARKER.format(deploy=view.deploy.id)}\n{self._write(view)}"
        if body == self._shown:
            return
        try:
            with github_may_decline():
                self._bring(view, pull.number, body)
        except Unavailable:
            # What was asked for may have been done: it is looked for before it is asked for again.
            self._id, self._shown = None, ""
            raise

    def _bring(self, view: View, number: int, body: str) -> None:
        found = self._found(view, number) if self._id is None else None
        if found is not None:
            self._id, self._shown = found.id, found.body
        if body == self._shown:
            return
        if self._id is not None and not self._edited(self._id, body):
            self._id = None
            if view.deploy.phase.ended:
                # Somebody has deleted it: what is over needs no other.
                self._shown = body
                return
        if self._id is None:
            if not view.may_begin:
                return
            self._id = int(self._ask("POST", f"/issues/{number}/comments", body)["id"])
        self._shown = body

    def _found(self, view: View, number: int) -> IssueComment | None:
        """The first with the marker: who repeats it elsewhere can only have seen it here."""
        marker = MARKER.format(deploy=view.deploy.id)
        since = (view.deploy.started - CLOCKS_APART).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        url = f"{self._repository.url}/issues/{number}/comments"
        comments = PaginatedList(IssueComment, self._repository.requester, url, {"since": since})
        return next((comment for comment in comments if comment.body.startswith(marker)), None)

    def _edited(self, comment: int, body: str) -> bool:
        """False: there is no such comment any more."""
        try:
            self._ask("PATCH", f"/issues/comments/{comment}", body)
        except GithubException as error:
            if error.status != GONE:
                raise
            return False
        return True

    def _ask(self, method: str, path: str, body: str) -> dict[str, Any]:
        url = f"{self._repository.url}{path}"
        _, answer = self._repository.requester.requestJsonAndCheck(method, url, input={"body": body})
        return dict(answer)
