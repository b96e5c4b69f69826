"""A Slack workspace on this machine: Web API, RTM, Socket Mode, and a chat page to type in."""
