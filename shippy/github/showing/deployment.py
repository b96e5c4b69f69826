"""A deploy as one of GitHub's Deployments: https://docs.github.com/en/rest/deployments"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from github import BadAttributeException
from github.Deployment import Deployment
from github.Repository import Repository

from shippy.errors import Unavailable
from shippy.github.showing.declining import github_may_decline
from shippy.github.showing.view import INACTIVE, LIVE, View

# The deploy's id in a Deployment's payload: by it the Deployment is found again, after an answer that was lost, too.
KEY = "shippy_deploy"


@dataclass(frozen=True, slots=True)
class Status:
    state: str
    description: str
    log_url: str

    def says(self, other: Status) -> bool:
        """Whether there is nothing in the other that this one has not; why one is inactive, GitHub may have said."""
        return self == other or self.state == other.state == INACTIVE


class ShownDeployment:
    """Implements `view.Part`. There is one Deployment a deploy, whose last status is the deploy's state.

    Args:
        environment: what GitHub calls where the app runs.
        public: the app's public address.
        describe: a deploy in a line of at most 140 characters.
    """

    def __init__(self, repository: Repository, environment: str, public: str, describe: Callable[[View], str]) -> None:
        self._repository = repository
        self._environment = environment
        self._public = public
        self._describe = describe
        self._id: int | None = None
        self._shown: Status | None = None

    def show(self, view: View) -> None:
        wanted = Status(view.state, self._describe(view), view.link or "")
        if self._shown is not None and self._shown.says(wanted):
            return
        try:
            with github_may_decline():
                self._bring(view, wanted)
        except Unavailable:
            # What was asked for may have been done: it is looked for before it is asked for again.
            self._id = self._shown = None
            raise

    def _bring(self, view: View, wanted: Status) -> None:
        if self._id is None:
            deployment = self._found(view)
            if deployment is not None:
                self._id, self._shown = deployment.id, _last_status(deployment)
            elif view.may_begin:
                self._id = self._created(view)
        if self._id is None or (self._shown is not None and self._shown.says(wanted)):
            return
        given = {
            "state": wanted.state,
            "description": wanted.description,
            "environment_url": self._public,
            "auto_inactive": wanted.state == LIVE,
        }
        # PyGithub knows only the old name of log_url.
        self._ask(f"/{self._id}/statuses", given | ({"log_url": wanted.log_url} if wanted.log_url else {}))
        self._shown = wanted

    def _found(self, view: View) -> Deployment | None:
        same_commit = self._repository.get_deployments(sha=_commit(view), environment=self._environment)
        return next((one for one in same_commit if _marked(one, view)), None)

    def _created(self, view: View) -> int:
        """GitHub is to merge nothing and to check nothing: shippy has checked."""
        given = {
            "ref": _commit(view),
            "auto_merge": False,
            "required_contexts": [],
            "payload": {KEY: view.deploy.id},
            "environment": self._environment,
            "description": self._describe(view),
            "production_environment": True,
        }
        return int(self._ask("", given)["id"])

    def _ask(self, path: str, given: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._repository.url}/deployments{path}"
        _, answer = self._repository.requester.requestJsonAndCheck("POST", url, input=given)
        return dict(answer)


def _commit(view: View) -> str:
    """Containers are started only of a commit that is known."""
    return view.deploy.commit or view.deploy.ref


def _marked(deployment: Deployment, view: View) -> bool:
    try:
        return deployment.payload.get(KEY) == view.deploy.id
    except BadAttributeException:
        # A text, which somebody else's deployment may have there.
        return False


def _last_status(deployment: Deployment) -> Status | None:
    """GitHub gives the log_url under its old name, too, and no order to the list."""
    told = max(deployment.get_statuses(), key=lambda status: status.id, default=None)
    return Status(told.state, told.description or "", told.target_url or "") if told else None
