"""What a ref may mean, by its text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from urllib.parse import urlsplit

COMMIT = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
FULL_COMMIT_LENGTH = 40
# A login has letters, digits and hyphens, and that of a managed user an underscore:
# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
FORKS_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}:.+")
NEAR = 3

# What git-check-ref-format(1) refuses in a branch name. It also keeps dots that mean a folder out of a URL's path.
IMPOSSIBLE = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|^[./-]|[./]$|\.lock(/|$)|^@?$")


def pull_number(ref: str, api_url: str, repository: str) -> int | None:
    """The number in "#12", or in the address of one of the repository's pull requests; None for any other text."""
    match = re.fullmatch(r"#(\d{1,9})", ref)
    if match:
        return int(match[1])
    parts = urlsplit(ref)
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != _web_host(api_url):
        return None
    match = re.fullmatch(rf"/{re.escape(repository)}/pull/(\d{{1,9}})(?:/.*)?", parts.path, re.IGNORECASE)
    return int(match[1]) if match else None


def may_be_branch(ref: str) -> bool:
    """Whether git would let a branch have this name; GitHub does not let one look like a full commit."""
    return not IMPOSSIBLE.search(ref) and not (COMMIT.fullmatch(ref) and len(ref) == FULL_COMMIT_LENGTH)


def may_be_of_fork(ref: str) -> bool:
    """Whether it is a branch as GitHub names those of forks: mallory:feature-x. No branch has a colon in its name."""
    return FORKS_BRANCH.fullmatch(ref) is not None and may_be_branch(ref.partition(":")[2])


def may_be_commit(ref: str) -> bool:
    return COMMIT.fullmatch(ref) is not None


def near_names(ref: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that somebody who typed this is likely to have meant, the likeliest first."""
    by_lower = {name.lower(): name for name in names}
    return tuple(by_lower[near] for near in get_close_matches(ref.lower(), by_lower, n=NEAR))


def _web_host(api_url: str) -> str:
    """Where people see what the API serves: Enterprise has both on one host, github.com has not."""
    host = urlsplit(api_url).netloc.lower()
    return "github.com" if host == "api.github.com" else host
