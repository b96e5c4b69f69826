"""Who somebody is on GitHub, and what they may do there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import quote

from github import IncompletableObject
from github.Commit import Commit
from github.NamedUser import NamedUser
from github.PaginatedList import PaginatedList
from github.Repository import Repository

from shippy.github.connecting import Client
from shippy.github.faults import or_none
from shippy.model import Author

# What GitHub's answer says of those who may push. The role "maintain" is told as "write", and one that an organisation
# has made for itself as the one that it was made from:
# https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
PUSHING = frozenset({"admin", "write"})
FOUND_LOOKED_AT = 5
MEMBERS_A_PAGE = 100
# Anything else would be another address, and not that of a person. A bot's login ends in "[bot]".
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?")


def may_push(repository: Repository, login: str) -> bool | None:
    """Whether somebody may push to a repository; None where there is no such login, or no such repository."""
    if not LOGIN.fullmatch(login):
        return False
    permission = or_none(lambda: repository.get_collaborator_permission(login))
    return None if permission is None else permission in PUSHING


def members_of(github: Client, team: str) -> frozenset[str] | None:
    """The logins of those in a team, "acme/ops", in small letters; None where there is none that the token may see.

    GitHub tells of those in the teams in it, too: https://docs.github.com/en/rest/teams/members#list-team-members
    """
    organization, _, slug = team.partition("/")
    url = f"/orgs/{quote(organization)}/teams/{quote(slug)}/members"
    found = PaginatedList(NamedUser, github.requester, url, {"per_page": MEMBERS_A_PAGE})
    return or_none(lambda: frozenset(user.login.casefold() for user in found))


def login_with(github: Client, email: str) -> str | None:
    """The login of the one account that shows exactly this e-mail address.

    GitHub's search is for words, so that it also finds addresses that are like this one:
    https://docs.github.com/en/search-github/searching-on-github/searching-users
    """
    if any(character.isspace() or character == '"' for character in email) or "@" not in email:
        return None
    found = islice(github.search_users(f'"{email}" in:email type:user'), FOUND_LOOKED_AT)
    logins = [user.login for user in found if (user.email or "").casefold() == email.casefold()]
    return logins[0] if len(logins) == 1 else None


def authors_of(commits: Iterable[Commit]) -> tuple[Author, ...]:
    """Who wrote these commits, each once, in the order of the first commit of each."""
    authors: dict[str, Author] = {}
    for commit in commits:
        written, login = commit.commit.author, _login(commit)
        author = Author(login, written.name or "", written.email or "")
        authors.setdefault(login or author.email.casefold(), author)
    return tuple(authors.values())


def _login(commit: Commit) -> str | None:
    """GitHub has no account for an e-mail address that it does not know, and an empty one for some that are gone."""
    try:
        return commit.author.login if commit.author else None
    except IncompletableObject:
        return None
