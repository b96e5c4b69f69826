"""What people see on GitHub of the deploys of one repository."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from github.Deployment import Deployment
from github.IssueComment import IssueComment
from github.PaginatedList import PaginatedList
from github.Repository import Repository
from pydantic import SecretStr

from playground.github.client import Hub
from shippy.config.github import GitHub
from shippy.github import connect
from shippy.github.showing import OnGitHub, Part, ShownComment, ShownDeployment
from shippy.github.showing.view import View
from shippy.sentences import deployment_comment, deployment_description
from tests.github.served import Served

PUBLIC = "http://www.example.com/"


@dataclass(frozen=True)
class Seen:
    repository: Repository

    @property
    def deployments(self) -> list[Deployment]:
        """Oldest first."""
        return sorted(self.repository.get_deployments(), key=lambda one: one.id)

    def statuses(self, deployment: int = 0) -> list[dict[str, Any]]:
        """Of the deployment at this place, oldest first."""
        statuses = self.deployments[deployment].get_statuses()
        return sorted((status.raw_data for status in statuses), key=lambda one: int(one["id"]))

    def states(self, deployment: int = 0) -> list[str]:
        return [str(status["state"]) for status in self.statuses(deployment)]

    def descriptions(self, deployment: int = 0) -> list[str]:
        return [str(status["description"]) for status in self.statuses(deployment)]

    def comments(self, pull: int) -> list[str]:
        url = f"{self.repository.url}/issues/{pull}/comments"
        return [comment.body for comment in PaginatedList(IssueComment, self.repository.requester, url, None)]

    def delete_comments(self, pull: int) -> None:
        url = f"{self.repository.url}/issues/{pull}/comments"
        for comment in list(PaginatedList(IssueComment, self.repository.requester, url, None)):
            comment.delete()

    def say(self, pull: int, body: str) -> None:
        url = f"{self.repository.url}/issues/{pull}/comments"
        self.repository.requester.requestJsonAndCheck("POST", url, input={"body": body})


@contextmanager
def looking(served: Served, hub: Hub) -> Iterator[Seen]:
    """With the eyes and the hands of people."""
    with closing(connect(GitHub(api_url=served.api_url, token=SecretStr(hub.token)))) as client:
        yield Seen(client.get_repo(hub.full_name))


def described(view: View) -> str:
    return deployment_description(view.deploy, superseded=view.superseded)


def written(view: View) -> str:
    return deployment_comment(view.deploy, superseded=view.superseded, link=view.link)


def parts_of(repository: Repository) -> tuple[Part, Part]:
    """What a deploy has on GitHub, as a daemon has it that has just started."""
    return ShownDeployment(repository, "production", PUBLIC, described), ShownComment(repository, written)


def settled(listener: OnGitHub, seconds: float = 20.0) -> None:
    """Wait until GitHub shows everything, and end."""
    listener.stop(seconds)
