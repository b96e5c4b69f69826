"""People, user groups and channels of a Slack workspace, remembered for a while."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from shippy.chat.incoming.inbound import mapping, string
from shippy.chat.slack import SlackApi, SlackRefused
from shippy.errors import Unavailable
from shippy.remembered import Remembered

log = logging.getLogger(__name__)

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,}")
PROFILE_SECONDS = 300.0
NAME_SECONDS = 3600.0
MEMBERS_SECONDS = 60.0
PEOPLE = 1_000
USERGROUPS = 100
CHANNELS = 100
EVERYTHING = ""
"""The key of what is asked for as a whole."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody, as https://docs.slack.dev/reference/objects/user-object tells.

    `guest` is whoever is no full member of the bot's own workspace: guests of a channel or of several, people of other
    workspaces in a shared channel, and those who were removed.
    """

    guest: bool
    bot: bool
    name: str = ""
    email: str | None = None


class SlackDirectory:
    """Asks Slack who people are. Implements ports.Directory."""

    def __init__(self, api: SlackApi, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._profiles = Remembered(self._ask_profile, PROFILE_SECONDS, PEOPLE, now)
        self._people = Remembered(self._ask_person, NAME_SECONDS, PEOPLE, now)
        self._members = Remembered(self._ask_members, MEMBERS_SECONDS, USERGROUPS, now)
        self._groups = Remembered(self._ask_groups, NAME_SECONDS, 1, now)
        self._channels = Remembered(self._ask_channel, NAME_SECONDS, CHANNELS, now)
        self._channel_names = Remembered(self._ask_channel_name, NAME_SECONDS, CHANNELS, now)
        self._teams = Remembered(lambda _: api.identity().team, NAME_SECONDS, 1, now)

    def profile(self, user: str) -> Profile:
        """What Slack knew of somebody at most five minutes ago.

        Raises:
            Unavailable: Slack does not tell, so that nobody can be taken for a member.
        """
        return self._profiles(user)

    def name(self, person: str) -> str:
        """What to call somebody, or was within the hour: only for showing. The id, where Slack does not tell."""
        try:
            return (self._profiles.known(person, NAME_SECONDS) or self._profiles(person)).name or person
        except Unavailable as error:
            log.warning("the name of %s is not known: %s", person, error.why)
            return person

    def email(self, person: str) -> str | None:
        """The address that Slack has of somebody; None where it does not tell, or the bot may not know."""
        try:
            return self._profiles(person).email
        except Unavailable as error:
            log.warning("the e-mail address of %s is not known: %s", person, error.why)
            return None

    def person_with(self, email: str) -> str | None:
        """The id of whoever has this address; None where nobody has, or Slack does not tell."""
        try:
            return self._people(email.casefold())
        except Unavailable as error:
            log.warning("who has the e-mail address %s is not known: %s", email, error.why)
            return None

    def members(self, usergroup: str) -> frozenset[str]:
        """The ids of the users in a user group, as Slack knew them at most a minute ago.

        Raises:
            Unavailable: Slack does not tell, so that nobody can be taken for a member.
        """
        return self._members(usergroup)

    def group_name(self, usergroup: str) -> str:
        """What to call a user group: only for showing. The id, where Slack does not tell."""
        try:
            return self._groups(EVERYTHING).get(usergroup, usergroup)
        except Unavailable as error:
            log.warning("the name of %s is not known: %s", usergroup, error.why)
            return usergroup

    def channel(self, name: str) -> str:
        """The id of a channel by its name ("#deploys") or its id.

        Raises:
            Unavailable: Slack does not tell; SlackRefused if there is no such channel that the bot can see.
        """
        return self._channels(name)

    def channel_name(self, channel: str) -> str:
        """What to call a channel: only for showing. The id, where Slack does not tell."""
        if CHANNEL_ID.fullmatch(channel) is None:
            return channel
        try:
            return self._channel_names(channel)
        except Unavailable as error:
            log.warning("the name of %s is not known: %s", channel, error.why)
            return channel

    def _ask_profile(self, user: str) -> Profile:
        about = mapping(self._api.call("users.info", user=user), "user")
        profile = mapping(about, "profile")
        name = string(profile, "display_name") or string(profile, "real_name") or string(about, "name")
        email = string(profile, "email") or None
        return Profile(guest=self._is_guest(about), bot=about.get("is_bot") is True, name=name, email=email)

    def _is_guest(self, about: Mapping[str, object]) -> bool:
        if any(about.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted")):
            return True
        ours = self._teams(EVERYTHING)
        # In an organisation of several workspaces, people have the one that they came from, and a list of all theirs.
        theirs = mapping(about, "enterprise_user").get("teams")
        return string(about, "team_id") != ours and not (isinstance(theirs, list) and ours in theirs)

    def _ask_person(self, email: str) -> str | None:
        try:
            about = mapping(self._api.call("users.lookupByEmail", email=email), "user")
        except SlackRefused as refusal:
            if refusal.code != "users_not_found":
                raise
            return None
        return string(about, "id") or None

    def _ask_groups(self, _: str) -> dict[str, str]:
        groups = self._api.call("usergroups.list").get("usergroups")
        return {str(one["id"]): f"@{one['handle']}" for one in groups} if isinstance(groups, list) else {}

    def _ask_members(self, usergroup: str) -> frozenset[str]:
        users = self._api.call("usergroups.users.list", usergroup=usergroup).get("users")
        return frozenset(str(user) for user in users) if isinstance(users, list) else frozenset()

    def _ask_channel(self, name: str) -> str:
        return channel_ids(self._api, [name])[name]

    def _ask_channel_name(self, channel: str) -> str:
        about = mapping(self._api.call("conversations.info", channel=channel), "channel")
        name = string(about, "name")
        return f"#{name}" if name else channel


def channel_ids(api: SlackApi, channels: Collection[str]) -> Mapping[str, str]:
    """The id of each channel that is named as in the config, by name ("#deploys") or by id, in the same order.

    Raises:
        Unavailable: Slack does not tell; SlackRefused if there is no such channel that the bot can see.
    """
    wanted = {channel.removeprefix("#") for channel in channels if CHANNEL_ID.fullmatch(channel) is None}
    known = _found(api, wanted) if wanted else {}
    missing = sorted(wanted - known.keys())
    if missing:
        names = ", ".join(f"#{name}" for name in missing)
        why = f"there is no channel {names}, or it is private and the bot was not invited to it"
        raise SlackRefused("Slack", why, code="channel_not_found")
    return {channel: known.get(channel.removeprefix("#"), channel) for channel in channels}


def _found(api: SlackApi, wanted: set[str]) -> dict[str, str]:
    try:
        return _listed(api, wanted, "public_channel,private_channel")
    except SlackRefused as refusal:
        if refusal.code != "missing_scope":
            raise
        # A bot that is only for public channels has no need of the scope for private ones.
        return _listed(api, wanted, "public_channel")


def _listed(api: SlackApi, wanted: set[str], types: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for page in api.pages("conversations.list", types=types, exclude_archived=True):
        channels = page.get("channels")
        for channel in channels if isinstance(channels, list) else ():
            if channel.get("name") in wanted:
                found[str(channel["name"])] = str(channel["id"])
        if wanted <= found.keys():
            break
    return found
