"""Who may do what."""

from __future__ import annotations

from shippy.commands.verb import Right
from shippy.config.schema import People
from shippy.errors import NotAllowed
from shippy.model import Person
from shippy.ports import Directory


class Rights:
    """The config's `people`, asked with the chat's user groups."""

    def __init__(self, people: People, directory: Directory) -> None:
        self._holders = {Right.SHIP: people.ship}
        self._directory = directory

    def require(self, right: Right | None, person: Person) -> None:
        """Whoever can open the local socket may do everything: its file's mode is the check.

        Raises:
            NotAllowed: naming who may.
            Unavailable: the chat cannot tell who is in a group; nobody gets a right by that.
        """
        if right is None or person.local:
            return
        holders = self._holders[right]
        if not holders.users and not holders.usergroups:
            return
        if person.id in holders.users:
            return
        if any(person.id in self._directory.members(group) for group in holders.usergroups):
            return
        raise NotAllowed(right, holders.users, holders.usergroups)
