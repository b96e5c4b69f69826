"""How accounts, repositories, commits and refs look in the API (docs.github.com/rest)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from playground.github.accounts import Account, Accounts
from playground.github.comparing import Comparison, FileChange
from playground.github.hosted import Hosted, Protection, Status
from playground.github.merging import Method
from playground.github.repository import Commit, Signature
from playground.github.rest.links import Links

Json = dict[str, object]


def instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of what belongs to one repository."""

    links: Links
    accounts: Accounts

    def account(self, account: Account) -> Json:
        return {
            "login": account.login,
            "id": account.id,
            "node_id": f"U_{account.id}",
            "avatar_url": "",
            "url": self.links.account(account.login),
            "html_url": f"{self.links.origin}/{account.login}",
            "type": "Bot" if account.bot else "User",
            "site_admin": False,
        }

    def repository(self, hosted: Hosted, default_branch: str) -> Json:
        repository = hosted.repository
        return {
            "id": 1,
            "node_id": f"R_{repository.full_name}",
            "name": repository.name,
            "full_name": repository.full_name,
            "owner": {"login": repository.owner, "id": 0, "type": "Organization"},
            "private": True,
            "fork": hosted.parent is not None,
            "archived": False,
            "url": self.links.api,
            "html_url": self.links.page,
            "clone_url": f"{self.links.page}.git",
            "default_branch": default_branch,
            "open_issues_count": len(hosted.open_pulls()),
            "allow_merge_commit": Method.MERGE in hosted.rules.methods,
            "allow_squash_merge": Method.SQUASH in hosted.rules.methods,
            "allow_rebase_merge": Method.REBASE in hosted.rules.methods,
            "permissions": {"admin": False, "push": True, "pull": True},
        }

    def commit(self, commit: Commit) -> Json:
        author, committer = (self.accounts.of_email(who.email) for who in (commit.author, commit.committer))
        return {
            "sha": commit.sha,
            "node_id": f"C_{commit.sha}",
            "url": self.links.commit(commit.sha),
            "html_url": self.links.commit_page(commit.sha),
            "commit": self.git_commit(commit),
            "author": self.account(author) if author else None,
            "committer": self.account(committer) if committer else None,
            "parents": [self._pointer(parent) for parent in commit.parents],
        }

    def git_commit(self, commit: Commit) -> Json:
        return {
            "url": f"{self.links.api}/git/commits/{commit.sha}",
            "author": self._signature(commit.author),
            "committer": self._signature(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{self.links.api}/git/trees/{commit.tree}"},
            "comment_count": 0,
        }

    def _signature(self, signature: Signature) -> Json:
        return {"name": signature.name, "email": signature.email, "date": instant(signature.at)}

    def _pointer(self, sha: str) -> Json:
        return {"sha": sha, "url": self.links.commit(sha), "html_url": self.links.commit_page(sha)}

    def branch(self, name: str, sha: str, protection: Protection | None) -> Json:
        """A branch as a list of branches has it."""
        return {
            "name": name,
            "commit": {"sha": sha, "url": self.links.commit(sha)},
            "protected": protection is not None,
            "protection_url": f"{self.links.branch(name)}/protection",
        }

    def ref(self, ref: str, sha: str) -> Json:
        return {
            "ref": ref,
            "node_id": f"REF_{ref}",
            "url": f"{self.links.api}/git/{ref}",
            "object": {"type": "commit", "sha": sha, "url": f"{self.links.api}/git/commits/{sha}"},
        }

    def status(self, sha: str, status: Status) -> Json:
        return {
            "url": f"{self.links.api}/statuses/{sha}",
            "id": status.id,
            "node_id": f"SC_{status.id}",
            "state": status.state,
            "context": status.context,
            "description": status.description,
            "target_url": status.target_url,
            "created_at": instant(status.at),
            "updated_at": instant(status.at),
            "creator": self.account(status.creator),
        }

    def file(self, change: FileChange) -> Json:
        shape: Json = {
            "sha": change.sha,
            "filename": change.path,
            "status": change.status,
            "additions": change.additions,
            "deletions": change.deletions,
            "changes": change.additions + change.deletions,
        }
        return {**shape, "previous_filename": change.previous} if change.previous else shape

    def comparison(self, comparison: Comparison, base: str, head: str) -> Json:
        """The comparison of two names, without its lists of commits and files."""
        return {
            "url": self.links.compare(base, head),
            "html_url": self.links.compare_page(base, head),
            "base_commit": self.commit(comparison.base),
            "merge_base_commit": self.commit(comparison.merge_base),
            "status": comparison.status,
            "ahead_by": comparison.ahead_by,
            "behind_by": comparison.behind_by,
            "total_commits": comparison.ahead_by,
        }
