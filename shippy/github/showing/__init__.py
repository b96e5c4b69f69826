"""What GitHub itself shows of a deploy: a Deployment with its statuses, and a comment on the pull request."""

from shippy.github.showing.comment import ShownComment
from shippy.github.showing.deployment import ShownDeployment
from shippy.github.showing.listener import OnGitHub
from shippy.github.showing.view import Part, Surroundings, View

__all__ = ["OnGitHub", "Part", "ShownComment", "ShownDeployment", "Surroundings", "View"]
