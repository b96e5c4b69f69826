"""GitHub, and GitHub Enterprise, over PyGithub."""

from shippy.github.connecting import connect
from shippy.github.repository import GitHubRepository

__all__ = ["GitHubRepository", "connect"]
