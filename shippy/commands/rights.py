"""Who may do what, and where."""

from __future__ import annotations

from dataclasses import replace

from shippy.commands.identities import Identities
from shippy.commands.verb import Right
from shippy.config.schema import People
from shippy.config.schema import Right as Holders
from shippy.deploys.site import Site
from shippy.errors import ApprovalMissing, MayNotPush, NoLogin, NotAllowed, NotHere
from shippy.model import Person, Place
from shippy.ports import Directory


class Rights:
    """The config's `people`, asked with the chat's user groups and channels, and with GitHub's rights to push."""

    def __init__(self, people: People, directory: Directory, identities: Identities) -> None:
        self._holders = {Right.SHIP: people.ship, Right.OVERRIDE: people.override, Right.APPROVE: people.approve}
        self._require_push = people.require_push
        self._directory = directory
        self._identities = identities

    def require(self, right: Right | None, person: Person, place: Place, site: Site | None = None) -> None:
        """Whoever can open the local socket may do everything: its file's mode is the check.

        `site` is the app whose main branch the command is on the way to, if it is one that the config asks a right to
        push for.

        Raises:
            NotAllowed: naming who may.
            NotHere: naming the channels in which the person may.
            NoLogin, MayNotPush: who ships must be able to push.
            Unavailable: the chat or GitHub does not tell; nobody gets a right by that.
        """
        if right is None or person.local:
            return
        for needed in (Right.SHIP, right) if right is Right.OVERRIDE else (right,):
            self._must_hold(needed, person, place)
        if site is not None and self._require_push:
            self._must_push(person, site)

    def _must_hold(self, right: Right, person: Person, place: Place) -> None:
        holders = self._holders[right]
        if not self._has(holders, person):
            raise NotAllowed(right, *self._names(holders))
        if not self._holds_in(holders, place):
            raise NotHere(right, tuple(map(self._directory.channel_name, holders.channels)))

    def naming_who_may(self, missing: ApprovalMissing) -> ApprovalMissing:
        """The same, with the names of those who have the right to approve."""
        users, groups = self._names(self._holders[Right.APPROVE])
        return replace(missing, users=users, usergroups=groups)

    def _has(self, holders: Holders, person: Person) -> bool:
        if not holders.users and not holders.usergroups:
            return True
        if person.id in holders.users:
            return True
        return any(person.id in self._directory.members(group) for group in holders.usergroups)

    def _names(self, holders: Holders) -> tuple[tuple[str, ...], tuple[str, ...]]:
        users = tuple(map(self._directory.name, holders.users))
        return users, tuple(map(self._directory.group_name, holders.usergroups))

    def _holds_in(self, holders: Holders, place: Place) -> bool:
        if not holders.channels:
            return True
        return any(place.channel == self._directory.channel(channel) for channel in holders.channels)

    def _must_push(self, person: Person, site: Site) -> None:
        login = self._identities.proven_login(person)
        if login is None:
            raise NoLogin(site.settings.repository)
        if not site.code.may_push(login):
            raise MayNotPush(login, site.settings.repository)
