"""What GitHub calls when something has changed. It is a reason to look, and nothing that it says is believed."""

from shippy.webhook.receiver import GitHubCalls

__all__ = ["GitHubCalls"]
