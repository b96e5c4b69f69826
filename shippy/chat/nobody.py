"""The people of a chat that knows none."""

from __future__ import annotations


class Nobody:
    """The user groups of a chat that has none. Implements ports.Directory."""

    def members(self, usergroup: str) -> frozenset[str]:  # noqa: ARG002 - part of the port
        return frozenset()

    def name(self, person: str) -> str:
        return person

    def group_name(self, usergroup: str) -> str:
        return usergroup

    def email(self, person: str) -> str | None:  # noqa: ARG002 - part of the port
        return None

    def person_with(self, email: str) -> str | None:  # noqa: ARG002 - part of the port
        return None

    def channel(self, name: str) -> str:
        return name

    def channel_name(self, channel: str) -> str:
        return channel
