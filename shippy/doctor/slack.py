"""Slack: the tokens, the scopes, the connection, the channels, and the people of the config."""

from __future__ import annotations

from shippy.chat.access import channels_joined, is_in_workspace, usergroups
from shippy.chat.directory import channel_ids
from shippy.chat.incoming.rtm import Rtm
from shippy.chat.incoming.socket_mode import SocketMode
from shippy.chat.slack import SlackApi, SlackRefused
from shippy.config.schema import Config, People, Right
from shippy.doctor.findings import Finding, Findings, missing, ok, reason, warning
from shippy.doctor.manifest import SCOPES
from shippy.errors import Unavailable

ANSWER_SECONDS = 4.0
BOT, APP = "xoxb-", "xapp-"
KINDS = {BOT: "a bot's", APP: "an app-level one", "xoxp-": "a person's", "xoxe": "one of a token rotation"}
PASTE = (
    "`python ship.py doctor --manifest` prints the manifest of a Slack app that has all of these scopes: paste it at "
    "https://api.slack.com/apps (App Manifest, in the settings of the app), and install the app again."
)
# What a classic app's bot has in place of the manifest's scopes: docs.slack.dev/authentication/tokens
CLASSIC = "bot"


def bot(config: Config, token: str) -> Findings:
    """What is done with the bot's token."""
    api = SlackApi(token, config.chat.api_url, ANSWER_SECONDS)
    if not token.startswith(BOT):
        yield _wrong_kind("bot_token", token, BOT, "Install App, in the settings of the Slack app, shows it")
        return
    try:
        identity = api.identity()
    except Unavailable as error:
        yield missing(f"chat.bot_token cannot be used: {reason(error)}")
        return
    yield ok(f"Slack accepts chat.bot_token: it is @{identity.name} in the workspace {identity.team}")
    yield from _scopes(api.scopes())
    rights = [right for _, right in config.people if isinstance(right, Right)]
    channels = dict.fromkeys((*config.chat.channels, *(channel for right in rights for channel in right.channels)))
    yield from _channels(api, tuple(channels))
    yield from _people(api, config.people, rights)


def socket_mode(config: Config, token: str) -> Findings:
    """What is done with the app's token."""
    if not token.startswith(APP):
        how = "Basic Information → App-Level Tokens, in the settings of the Slack app, makes one"
        yield _wrong_kind("app_token", token, APP, how)
        return
    try:
        SocketMode(SlackApi(token, config.chat.api_url, ANSWER_SECONDS)).address()
    except Unavailable as error:
        how = "it takes an app-level token with the scope connections:write, and Socket Mode on in the app"
        yield missing(f"Slack opens no connection for chat.app_token: {reason(error)}; {how}")
    else:
        yield ok("Slack accepts chat.app_token, and opens Socket Mode connections for it")


def rtm(config: Config, token: str) -> Findings:
    """Whether the bot may use RTM, which Slack has for classic apps alone."""
    try:
        Rtm(SlackApi(token, config.chat.api_url, ANSWER_SECONDS)).address()
    except Unavailable as error:
        how = "only a classic app's bot may use RTM; with any other app, set chat.transport to socket_mode"
        yield missing(f"Slack opens no RTM connection: {reason(error)}; {how}")
        return
    yield ok("Slack opens RTM connections for chat.bot_token")
    # https://docs.slack.dev/changelog/tags/breaking-change
    yield warning(
        "RTM only works for classic apps, which cannot be made any more and which Slack means to end: move to a new "
        "app, and to socket_mode, in good time"
    )


def _wrong_kind(key: str, token: str, wanted: str, how: str) -> Finding:
    kind = next((told for prefix, told in KINDS.items() if token.startswith(prefix)), "none that Slack gives out")
    return missing(f"chat.{key} is {kind}, not {KINDS[wanted]}, which starts with {wanted}: {how}")


def _scopes(granted: frozenset[str] | None) -> Findings:
    if granted is None:
        yield warning("Slack does not say which scopes the bot has")
        return
    if CLASSIC in granted:
        yield ok("the bot is a classic app's, which has no scopes of its own")
        return
    lacking = sorted(SCOPES.keys() - granted)
    for scope in lacking:
        yield missing(f"the bot lacks the scope {scope}, {SCOPES[scope]}: add it, and install the app again", PASTE)
    if not lacking:
        yield ok(f"the bot has all {len(SCOPES)} scopes of the manifest")


def _channels(api: SlackApi, channels: tuple[str, ...]) -> Findings:
    try:
        joined = channels_joined(api)
    except Unavailable as error:
        yield missing(f"the channels that the bot is in cannot be listed: {reason(error)}")
        return
    for channel in channels:
        if {channel, f"#{channel}"} & joined:
            yield ok(f"the bot is in {channel}")
        else:
            yield _not_in(api, channel)


def _not_in(api: SlackApi, channel: str) -> Finding:
    try:
        channel_ids(api, [channel])
    except SlackRefused as refusal:
        return missing(f"{channel} was not found: {reason(refusal)}")
    except Unavailable as error:
        return missing(f"{channel} could not be looked for: {reason(error)}")
    return missing(f"the bot is not in {channel}: type `/invite` with its name there")


def _people(api: SlackApi, people: People, rights: list[Right]) -> Findings:
    users = sorted({*(user for right in rights for user in right.users), *people.github})
    groups = sorted({group for right in rights for group in right.usergroups})
    try:
        gone = [user for user in users if not is_in_workspace(api, user)]
        unknown = sorted(set(groups) - usergroups(api)) if groups else []
    except Unavailable as error:
        yield missing(f"the people of the config could not be looked up: {reason(error)}")
        return
    for user in gone:
        yield missing(f"there is no {user} in the workspace, or the account is closed: correct `people`")
    for group in unknown:
        yield missing(f"there is no user group {group} in the workspace, or it is disabled: correct `people`")
    if (users or groups) and not gone and not unknown:
        yield ok(f"everybody in `people` is in the workspace: users {len(users)}, user groups {len(groups)}")
