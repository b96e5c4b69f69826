"""Who and what is in the workspace, and how it is found."""

from __future__ import annotations

from collections.abc import Iterable

from playground.slack.errors import Refused
from playground.slack.model import Channel, Team, User, Usergroup


class Directory:
    """The people, channels and user groups of one workspace. Direct conversations appear when first opened."""

    def __init__(
        self, team: Team, users: Iterable[User], channels: Iterable[Channel], usergroups: Iterable[Usergroup]
    ) -> None:
        self.team = team
        self._users = {user.id: user for user in users}
        self._channels = {channel.id: channel for channel in channels}
        self._usergroups = {group.id: group for group in usergroups}

    def users(self) -> list[User]:
        return list(self._users.values())

    def channels(self) -> list[Channel]:
        return list(self._channels.values())

    def usergroups(self) -> list[Usergroup]:
        return list(self._usergroups.values())

    def user(self, user_id: str) -> User:
        """Raises: Refused: user_not_found."""
        if user_id not in self._users:
            raise Refused("user_not_found")
        return self._users[user_id]

    def user_named(self, name: str) -> User | None:
        return next((user for user in self._users.values() if name in {user.name, user.id}), None)

    def usergroup_named(self, handle: str) -> Usergroup | None:
        return next((group for group in self._usergroups.values() if group.handle == handle), None)

    def usergroup(self, group_id: str) -> Usergroup:
        """Raises: Refused: no_such_subteam."""
        if group_id not in self._usergroups:
            raise Refused("no_such_subteam")
        return self._usergroups[group_id]

    def channel(self, channel_id: str) -> Channel:
        """Raises: Refused: channel_not_found."""
        if channel_id not in self._channels:
            raise Refused("channel_not_found")
        return self._channels[channel_id]

    def channel_named(self, name: str) -> Channel | None:
        return next((one for one in self._channels.values() if not one.direct and name in {one.name, one.id}), None)

    def conversation(self, reference: str, viewer: str) -> Channel:
        """What `viewer` means by an id, a name with or without #, or a person's id or @name (their conversation).

        Raises:
            Refused: channel_not_found.
        """
        if reference in self._channels:
            channel = self._channels[reference]
            if channel.direct and viewer not in channel.members:
                raise Refused("channel_not_found")
            return channel
        if channel_by_name := self.channel_named(reference.removeprefix("#")):
            return channel_by_name
        if user := self.user_named(reference.removeprefix("@")):
            return self.direct(viewer, user.id)
        raise Refused("channel_not_found")

    def direct(self, one: str, other: str) -> Channel:
        """The direct conversation of two people, opened where there is none yet."""
        members = {one, other}
        for channel in self._channels.values():
            if channel.direct and channel.members == members:
                return channel
        number = sum(channel.direct for channel in self._channels.values()) + 1
        opened = Channel(id=f"D{number:09d}", name="", members=members, direct=True)
        self._channels[opened.id] = opened
        return opened

    def conversations_of(self, user_id: str) -> list[Channel]:
        return [channel for channel in self._channels.values() if user_id in channel.members]
