"""What GitHub calls when something has changed. A call is only a reason to look; nothing in it is believed."""

from shippy.webhook.receiver import GitHubCalls

__all__ = ["GitHubCalls"]
