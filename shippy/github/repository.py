"""One repository on GitHub."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from github import GithubException
from github.Branch import Branch
from github.Commit import Commit
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest as Pull

from shippy.errors import AmbiguousRef, ClosedPull, Unavailable, UnknownRef
from shippy.github import belonging, people, refs, reverting, statuses
from shippy.github.connecting import Client
from shippy.github.faults import MISSING, github_answers, message_of, or_none
from shippy.github.pulls import Pulls
from shippy.github.together import both
from shippy.model import Budget, Comparison, OpenPull, PullRequest, Revision, Status

# How many branches are looked through for one that somebody may have meant: three requests at most.
BRANCHES_LOOKED_THROUGH = 300
# How many of the commits in a comparison are looked through for their authors.
COMMITS_A_PAGE = 250
COMMITS_LOOKED_THROUGH = 1000
# A pull request in a list has some 20,000 characters: a page of so many is short enough to be remembered.
PULLS_A_PAGE = 25
PULLS_LOOKED_THROUGH = 100


class GitHubRepository(Pulls):
    """Implements `shippy.ports.CodeHost`. `name` is the repository's, with its owner: "acme/web"."""

    def __init__(self, github: Client, name: str) -> None:
        self._name = name
        self._owner = name.partition("/")[0]
        self._github = github
        self._api_url = github.requester.base_url
        super().__init__(github.get_repo(name))

    @property
    def budget(self) -> Budget | None:
        return self._github.requester.budget

    def resolve(self, ref: str) -> Revision:
        """See the port. A pull request's address will do for "#12"; GitHub does not tell an ambiguous short commit from
        an unknown one, so only those are told to be ambiguous that are at the heads of branches.
        """
        with github_answers():
            number = refs.pull_number(ref, self._api_url, self._name)
            if number is not None:
                revision = self._of_pull(ref, number)
            elif refs.may_be_of_fork(ref):
                revision = self._of_fork(ref)
            else:
                branch, commit = both(lambda: self._of_branch(ref), lambda: self._of_commit(ref))
                revision = branch or commit
            if revision is None:
                raise self._unknown(ref)
            return revision

    def open_pulls(self) -> tuple[OpenPull, ...]:
        asked = {"state": "open", "sort": "updated", "direction": "desc", "per_page": PULLS_A_PAGE}
        with github_answers():
            found = PaginatedList(Pull, self._repository.requester, f"{self._repository.url}/pulls", asked)
            return tuple(self._open_pull(pull) for pull in islice(found, PULLS_LOOKED_THROUGH))

    def is_own(self, commit: str, main: str) -> bool:
        with github_answers():
            return belonging.is_own(self._repository, commit, main)

    def statuses(self, commit: str) -> Mapping[str, Status]:
        with github_answers():
            return statuses.reported(self._repository, commit)

    def required_contexts(self, branch: str) -> tuple[str, ...]:
        with github_answers():
            found = or_none(lambda: statuses.required_contexts(self._repository, branch))
        if found is None:
            raise UnknownRef(branch)
        return found

    def compare(self, base: str, head: str) -> Comparison:
        with github_answers():
            try:
                found = self._repository.compare(base, head, comparison_commits_per_page=COMMITS_A_PAGE).complete()
            except GithubException as error:
                if error.status in MISSING:
                    raise self._incomparable(base, head, message_of(error)) from error
                raise
            authors = people.authors_of(islice(found.commits, COMMITS_LOOKED_THROUGH))
            return Comparison(base, head, found.ahead_by, found.behind_by, found.html_url, authors)

    def revert(self, revision: Revision, into: str, title: str, body: str) -> PullRequest | None:
        with github_answers():
            pull = reverting.revert(self._repository, revision, into, title, body)
            return _pull_request(pull) if pull else None

    def may_push(self, login: str) -> bool:
        with github_answers():
            answer = people.may_push(self._repository, login)
            if answer is None:
                self._first_branches()
            return answer or False

    def team(self, name: str) -> frozenset[str]:
        with github_answers():
            found = people.members_of(self._github, name)
            if found is None:
                raise Unavailable("GitHub", f"there is no team {name}, or the token may not see its members (404)")
            return found

    def login_of(self, email: str) -> str | None:
        with github_answers():
            return people.login_with(self._github, email)

    def _of_pull(self, ref: str, number: int) -> Revision | None:
        pull = or_none(lambda: self._repository.get_pull(number).complete())
        if pull is None:
            return None
        if pull.state != "open":
            raise ClosedPull(number, pull.title, merged=pull.merged)
        return self._revision(ref, pull)

    def _of_fork(self, ref: str) -> Revision | None:
        pulls = or_none(lambda: list(self._repository.get_pulls(state="open", head=ref))) or []
        return self._revision(ref, pulls[0]) if pulls else None

    def _of_branch(self, ref: str) -> Revision | None:
        if not refs.may_be_branch(ref):
            return None
        branch, pull = both(
            lambda: or_none(lambda: self._repository.get_branch(ref)), lambda: or_none(lambda: self._pull_from(ref))
        )
        if branch is None:
            return None
        if branch.name != ref:
            # GitHub leads from the old name of a branch to its new one, which is the only one that pull requests have.
            pull = self._pull_from(branch.name)
        return Revision(ref, branch.commit.sha, branch.name, _pull_request(pull) if pull else None)

    def _pull_from(self, branch: str) -> Pull | None:
        """The open pull request of a branch."""
        return next(iter(self._repository.get_pulls(state="open", head=f"{self._owner}:{branch}")), None)

    def _of_commit(self, ref: str) -> Revision | None:
        if not refs.may_be_commit(ref):
            return None
        sha = ref.lower()
        if len(sha) == refs.FULL_COMMIT_LENGTH:
            commit, pulls = both(
                lambda: self._commit(sha), lambda: or_none(lambda: belonging.pulls_of(self._repository, sha))
            )
        else:
            commit = self._commit(sha)
            pulls = belonging.pulls_of(self._repository, commit.sha) if commit else None
        if commit is None or not commit.sha.startswith(sha):
            return None
        of_it = [pull for pull in pulls or () if pull.state == "open" and pull.head.sha == commit.sha]
        # What a fork has brought may be a branch of this repository by now: then it is that one's.
        pull = min(of_it, key=lambda pull: belonging.fork_of(pull) is not None, default=None)
        return self._revision(ref, pull) if pull else Revision(ref, commit.sha)

    def _revision(self, ref: str, pull: Pull) -> Revision:
        """What a pull request brings; the branch is named if it is one of this repository, and not of a fork."""
        fork = belonging.fork_of(pull)
        return Revision(ref, pull.head.sha, None if fork else pull.head.ref, _pull_request(pull), fork)

    def _open_pull(self, pull: Pull) -> OpenPull:
        labels = frozenset(label.name for label in pull.labels)
        return OpenPull(self._revision(f"#{pull.number}", pull), labels, pull.draft)

    def _unknown(self, ref: str) -> UnknownRef | AmbiguousRef:
        branches = self._first_branches()
        if refs.may_be_commit(ref):
            alike = sorted({branch.commit.sha for branch in branches if branch.commit.sha.startswith(ref.lower())})
            if len(alike) > 1:
                return AmbiguousRef(ref, tuple(alike))
        return UnknownRef(ref, refs.near_names(ref, [branch.name for branch in branches]))

    def _incomparable(self, base: str, head: str, told: str) -> UnknownRef | Unavailable:
        self._first_branches()
        unknown = next((ref for ref in (base, head) if self._commit(ref) is None), None)
        return Unavailable("GitHub", told) if unknown is None else UnknownRef(unknown)

    def _commit(self, ref: str) -> Commit | None:
        return or_none(lambda: self._repository.get_commit(ref, commit_files_per_page=1).complete())

    def _first_branches(self) -> list[Branch]:
        """Some branches; asked once something was not found, it also tells whether the repository itself is there."""
        branches = or_none(lambda: list(islice(self._repository.get_branches(), BRANCHES_LOOKED_THROUGH)))
        if branches is None:
            raise Unavailable("GitHub", f"there is no repository {self._name}, or the token may not see it (404)")
        return branches


def _pull_request(pull: Pull) -> PullRequest:
    return PullRequest(number=pull.number, title=pull.title, url=pull.html_url, base=pull.base.ref)
