"""The section of an app that says what of its deploys GitHub shows."""

from __future__ import annotations

from shippy.config.section import Section
from shippy.config.values import Text


class GitHubDeployments(Section):
    """`environment` is what GitHub calls where the app runs; `comment` is whether pull requests get one, too."""

    environment: Text = "production"
    comment: bool = True
