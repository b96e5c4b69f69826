"""How pull requests look in the API."""

from __future__ import annotations

from dataclasses import dataclass, replace

from playground.github.hosted import Hosted, Pull
from playground.github.protecting import unmet
from playground.github.rest.shapes import Json, Shapes, instant
from playground.github.trying import tried_merge


def label(name: str) -> Json:
    return {"id": 0, "node_id": name, "name": name, "color": "ededed", "default": False, "description": None}


@dataclass(frozen=True, slots=True)
class PullShapes:
    shapes: Shapes
    hosted: Hosted
    default_branch: str

    def listed(self, pull: Pull) -> Json:
        """A pull request as a list of them has it."""
        links = self.shapes.links
        return {
            "id": pull.number,
            "node_id": f"PR_{pull.number}",
            "number": pull.number,
            "state": "open" if pull.open else "closed",
            "locked": False,
            "title": pull.title,
            "body": pull.body,
            "draft": pull.draft,
            "user": self.shapes.account(pull.author),
            "labels": [label(name) for name in pull.labels],
            "url": links.pull(pull.number),
            "html_url": links.pull_page(pull.number),
            "diff_url": f"{links.pull_page(pull.number)}.diff",
            "issue_url": f"{links.api}/issues/{pull.number}",
            "commits_url": f"{links.pull(pull.number)}/commits",
            "statuses_url": f"{links.api}/statuses/{pull.head_sha}",
            "head": self._of_fork(pull, pull.owner) if pull.owner else self._end(pull.head, pull.head_sha),
            "base": self._end(pull.base, pull.base_sha),
            "created_at": instant(pull.created),
            "updated_at": instant(pull.updated),
            "closed_at": instant(pull.closed) if pull.closed else None,
            "merged_at": instant(pull.merged) if pull.merged else None,
            "merge_commit_sha": pull.merge_commit,
        }

    async def whole(self, pull: Pull) -> Json:
        """A pull request as it is when asked for alone: with whether, and how, it can be merged."""
        mergeable = await self.hosted.told_mergeable(pull) if pull.open else None
        tried = await tried_merge(self.hosted, pull) if mergeable else None
        commits = await self.hosted.repository.git.once("rev-list", "--count", f"{pull.base_sha}..{pull.head_sha}")
        return {
            **self.listed(pull),
            "merge_commit_sha": pull.merge_commit or tried,
            "merged": pull.merged is not None,
            "merged_by": self.shapes.account(pull.merged_by) if pull.merged_by else None,
            "mergeable": mergeable,
            "mergeable_state": self._state(pull, mergeable),
            "rebaseable": mergeable,
            "commits": int(commits.out),
        }

    def _end(self, branch: str, sha: str) -> Json:
        owner = self.hosted.repository.owner
        return {
            "label": f"{owner}:{branch}",
            "ref": branch,
            "sha": sha,
            "user": {"login": owner, "id": 0, "type": "Organization"},
            "repo": self.shapes.repository(self.hosted, self.default_branch),
        }

    def _of_fork(self, pull: Pull, owner: str) -> Json:
        fork = self.hosted.forks[owner]
        links = replace(self.shapes.links, full_name=fork.repository.full_name)
        return {
            "label": pull.source,
            "ref": pull.head,
            "sha": pull.head_sha,
            "user": {"login": owner, "id": 0, "type": "User"},
            "repo": Shapes(links, self.shapes.accounts).repository(fork, self.default_branch),
        }

    def _state(self, pull: Pull, mergeable: bool | None) -> str:
        if mergeable is None:
            return "unknown"
        if not mergeable:
            return "dirty"
        if pull.draft:
            return "draft"
        if unmet(self.hosted, pull.base, pull.head_sha) or self.hosted.rules.broken_by(pull.number):
            return "blocked"
        return "clean"
