"""The addresses of everything in one repository, as the API and the pages have them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

PREFIX = "/api/v3"


@dataclass(frozen=True, slots=True)
class Links:
    """`origin` is what the client called this server: http://127.0.0.1:8080."""

    origin: str
    full_name: str

    @property
    def api(self) -> str:
        return f"{self.origin}{PREFIX}/repos/{self.full_name}"

    @property
    def page(self) -> str:
        return f"{self.origin}/{self.full_name}"

    def account(self, login: str) -> str:
        return f"{self.origin}{PREFIX}/users/{quote(login, safe='')}"

    def commit(self, sha: str) -> str:
        return f"{self.api}/commits/{sha}"

    def branch(self, name: str) -> str:
        return f"{self.api}/branches/{quote(name)}"

    def pull(self, number: int) -> str:
        return f"{self.api}/pulls/{number}"

    def compare(self, base: str, head: str) -> str:
        return f"{self.api}/compare/{quote(base)}...{quote(head)}"

    def commit_page(self, sha: str) -> str:
        return f"{self.page}/commit/{sha}"

    def pull_page(self, number: int) -> str:
        return f"{self.page}/pull/{number}"

    def tree_page(self, branch: str) -> str:
        return f"{self.page}/tree/{quote(branch)}"

    def compare_page(self, base: str, head: str) -> str:
        return f"{self.page}/compare/{quote(base)}...{quote(head)}"


def links(request: web.Request, full_name: str) -> Links:
    return Links(str(request.url.origin()), full_name)
