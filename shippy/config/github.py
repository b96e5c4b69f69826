"""The sections about GitHub: how to reach it, how deploys are merged, and what it shows of them."""

from __future__ import annotations

from typing import Self

from pydantic import SecretStr, model_validator

from shippy.config.section import Section
from shippy.config.values import NearbyPath, PrivateKey, ProxyUrl, Text, WebUrl
from shippy.model import MergeMethod


class GitHubApp(Section):
    id: int
    installation: int
    private_key: PrivateKey


class GitHub(Section):
    api_url: WebUrl = "https://api.github.com"
    token: SecretStr | None = None
    app: GitHubApp | None = None
    ca: NearbyPath | None = None
    proxy: ProxyUrl | None = None

    @model_validator(mode="after")
    def has_one_way_in(self) -> Self:
        if bool(self.token) == (self.app is not None):
            raise ValueError("either token or app, not both")
        return self


class MergeSettings(Section):
    """How a deploy gets into the main branch, and whether its branch is deleted after that."""

    method: MergeMethod = MergeMethod.MERGE
    delete_branch: bool = False


class GitHubDeployments(Section):
    """`environment` is what GitHub calls where the app runs; `comment` is whether pull requests get one, too."""

    environment: Text = "production"
    comment: bool = True
