"""Every method of the Web API that this workspace has, with the token and the scope that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.slack.methods import auth, chat, conversations, reactions, users, views
from playground.slack.methods.calls import Call
from playground.slack.model import Json
from playground.slack.tokens import TokenKind

_READ = ("channels:read", "groups:read", "im:read")
_HISTORY = ("channels:history", "groups:history", "im:history")


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: one of these is enough; none means that every good token will do."""

    run: Callable[[Call], Json]
    scopes: frozenset[str]
    kind: TokenKind = TokenKind.BOT


def _method(run: Callable[[Call], Json], *scopes: str, kind: TokenKind = TokenKind.BOT) -> Method:
    return Method(run, frozenset(scopes), kind)


METHODS: dict[str, Method] = {
    "apps.connections.open": _method(auth.open_connection, "connections:write", kind=TokenKind.APP),
    "auth.test": _method(auth.test),
    "bots.info": _method(auth.bot, "users:read"),
    "chat.delete": _method(chat.delete, "chat:write"),
    "chat.getPermalink": _method(chat.permalink),
    "chat.postEphemeral": _method(chat.post_ephemeral, "chat:write"),
    "chat.postMessage": _method(chat.post, "chat:write"),
    "chat.update": _method(chat.update, "chat:write"),
    "conversations.history": _method(conversations.history, *_HISTORY),
    "conversations.info": _method(conversations.info, *_READ),
    "conversations.join": _method(conversations.join, "channels:join"),
    "conversations.list": _method(conversations.listing, *_READ),
    "conversations.members": _method(conversations.members, *_READ),
    "conversations.open": _method(conversations.open_direct, "im:write"),
    "conversations.replies": _method(conversations.replies, *_HISTORY),
    "reactions.add": _method(reactions.add, "reactions:write"),
    "reactions.get": _method(reactions.get, "reactions:read"),
    "reactions.remove": _method(reactions.remove, "reactions:write"),
    "rtm.connect": _method(auth.connect_rtm, "rtm:stream"),
    "usergroups.list": _method(users.usergroups, "usergroups:read"),
    "usergroups.users.list": _method(users.usergroup_members, "usergroups:read"),
    "users.conversations": _method(conversations.of_user, *_READ),
    "users.info": _method(users.info, "users:read"),
    "users.list": _method(users.listing, "users:read"),
    "users.lookupByEmail": _method(users.by_email, "users:read.email"),
    "views.open": _method(views.open_view),
    "views.publish": _method(views.publish),
    "views.update": _method(views.update),
}
