"""People, user groups and channels of a Slack workspace, remembered for a while."""

from __future__ import annotations

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from shippy.chat.inbound import mapping, string
from shippy.chat.slack import SlackApi, SlackRefused
from shippy.errors import Unavailable

log = logging.getLogger(__name__)

CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{5,}")
NAME_SECONDS = 3600.0
NAMES = 1_000
MEMBERS_SECONDS = 60.0
USERGROUPS = 100

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The answers of `ask`, each for so many seconds, and at most so many of them."""

    def __init__(
        self, ask: Callable[[str], Value], seconds: float, most: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._most = most
        self._now = now
        self._answers: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def __call__(self, key: str) -> Value:
        known = self._answers.get(key)
        if known is not None and self._now() < known[0]:
            return known[1]
        answer = self._ask(key)
        self._answers.pop(key, None)
        self._answers[key] = (self._now() + self._seconds, answer)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return answer


class SlackDirectory:
    """Asks Slack who people are. Implements ports.Directory."""

    def __init__(self, api: SlackApi, now: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._names = Remembered(self._ask_name, NAME_SECONDS, NAMES, now)
        self._members = Remembered(self._ask_members, MEMBERS_SECONDS, USERGROUPS, now)
        self._groups = Remembered(self._ask_groups, NAME_SECONDS, 1, now)
        self._emails = Remembered(self._ask_email, NAME_SECONDS, NAMES, now)

    def name(self, user: str) -> str:
        """What to call somebody: only for showing. The id, where Slack does not tell."""
        try:
            return self._names(user)
        except Unavailable as error:
            log.warning("the name of %s is not known: %s", user, error.why)
            return user

    def members(self, usergroup: str) -> frozenset[str]:
        """The ids of the users in a user group, as Slack knew them at most a minute ago.

        Raises:
            Unavailable: Slack does not tell, so that nobody can be taken for a member.
        """
        return self._members(usergroup)

    def group_name(self, usergroup: str) -> str:
        """What to call a user group: only for showing. The id, where Slack does not tell."""
        try:
            return self._groups("").get(usergroup, usergroup)
        except Unavailable as error:
            log.warning("the name of %s is not known: %s", usergroup, error.why)
            return usergroup

    def email(self, person: str) -> str | None:
        """The address that Slack has of somebody; None where it does not tell, or the bot may not know."""
        try:
            return self._emails(person)
        except Unavailable as error:
            log.warning("the e-mail address of %s is not known: %s", person, error.why)
            return None

    def _ask_email(self, user: str) -> str | None:
        profile = mapping(mapping(self._api.call("users.info", user=user), "user"), "profile")
        return string(profile, "email") or None

    def _ask_groups(self, _: str) -> dict[str, str]:
        groups = self._api.call("usergroups.list").get("usergroups")
        return {str(one["id"]): f"@{one['handle']}" for one in groups} if isinstance(groups, list) else {}

    def _ask_name(self, user: str) -> str:
        about = mapping(self._api.call("users.info", user=user), "user")
        profile = mapping(about, "profile")
        return string(profile, "display_name") or string(profile, "real_name") or string(about, "name") or user

    def _ask_members(self, usergroup: str) -> frozenset[str]:
        users = self._api.call("usergroups.users.list", usergroup=usergroup).get("users")
        return frozenset(str(user) for user in users) if isinstance(users, list) else frozenset()


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
