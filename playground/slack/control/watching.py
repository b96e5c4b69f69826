"""What can be seen of the workspace: everything in it, what changes, and what the app does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

from aiohttp import web

from playground.slack.control.requests import done
from playground.slack.errors import Refused
from playground.slack.model import Channel, Json
from playground.slack.world import World

_MOST_SECONDS = 30.0
_KEEP_ALIVE_SECONDS = 15.0
_RETRY_MILLISECONDS = 500


class Watching:
    """`epoch` is new with each start, so that a page notices that the numbers began again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._epoch = secrets.token_hex(6)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/playground/state", self.state),
            web.get("/playground/messages", self.messages),
            web.get("/playground/changes", self.changes),
            web.get("/playground/stream", self.stream),
            web.get("/playground/calls", self.calls),
            web.get("/playground/connections", self.connections),
            web.get("/playground/views", self.views),
        ]

    async def state(self, _: web.Request) -> web.Response:
        """All that a page needs to draw itself, and the number of the last change in it."""
        directory, world = self._world.seed.directory, self._world
        messages = [message for channel in directory.channels() for message in world.history.messages(channel.id)]
        return done(
            epoch=self._epoch,
            seq=world.changes.last,
            team=directory.team.name,
            users=[self._user(user_id) for user_id in (user.id for user in directory.users())],
            channels=[_channel(channel) for channel in directory.channels()],
            usergroups=[world.payloads.usergroup(group, with_users=True) for group in directory.usergroups()],
            messages=[world.payloads.full(message) for message in messages],
            online=bool(world.sockets()),
            app={"user": world.seed.app.bot_user, "command": world.seed.app.command},
            bookmarks=world.notices.bookmarks,
            hint=world.notices.hint,
        )

    async def messages(self, request: web.Request) -> web.Response:
        """?channel= (all without it) &since= (a ts): oldest first, with replies and ephemeral messages."""
        wanted, since = request.query.get("channel"), request.query.get("since", "")
        directory = self._world.seed.directory
        channels = directory.channels()
        if wanted:
            named = directory.channel_named(wanted.removeprefix("#"))
            channels = [named or directory.channel(wanted)]
        found = (message for channel in channels for message in self._world.history.messages(channel.id))
        shown = [self._world.payloads.full(message) for message in found if message.ts > since]
        return done(messages=shown, seq=self._world.changes.last)

    async def changes(self, request: web.Request) -> web.Response:
        """?since= (a number) &timeout= (seconds, at most 30): the changes after it, as soon as there are some."""
        seq, seconds = _number(request, "since", 0), _number(request, "timeout", 0)
        changes = await self._world.changes.wait(int(seq), min(seconds, _MOST_SECONDS))
        return done(changes=changes, seq=self._world.changes.last)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """The changes as server-sent events, after ?since= or the browser's Last-Event-ID."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        last_seen = request.headers.get("Last-Event-ID", "")
        seq = int(last_seen) if last_seen.isdecimal() else int(_number(request, "since", 0))
        await response.write(f"retry: {_RETRY_MILLISECONDS}\nevent: epoch\ndata: {self._epoch}\n\n".encode())
        while not self._world.changes.stopped:
            changes = await self._world.changes.wait(seq, _KEEP_ALIVE_SECONDS)
            seq += len(changes)
            try:
                await response.write("".join(_sent(changes)).encode() or b": still here\n\n")
            except ConnectionError:
                break
        return response

    async def calls(self, request: web.Request) -> web.Response:
        """?method=: the Web API calls since the start, oldest first, without their tokens."""
        method = request.query.get("method")
        return done(calls=[call for call in self._world.calls if method in {None, call["method"]}])

    async def connections(self, _: web.Request) -> web.Response:
        """The app's open WebSockets, and each envelope with its deliveries and when it was acknowledged."""
        sockets = [
            {
                "number": socket.number,
                "transport": socket.transport,
                "opened_at": socket.opened_at,
                "silent": socket.silent,
            }
            for socket in self._world.sockets()
        ]
        envelopes = self._world.socket_mode.envelopes.reports()
        waiting = sum(envelope["acknowledged_at"] is None for envelope in envelopes)
        return done(sockets=sockets, envelopes=envelopes, unacknowledged=waiting)

    async def views(self, _: web.Request) -> web.Response:
        return done(views=self._world.views.all())

    def _user(self, user_id: str) -> Json:
        user = self._world.seed.directory.user(user_id)
        payload = self._world.payloads.user(user)
        return payload | {"initials": user.initials, "colour": user.colour, "app": user.app_id}


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "direct": channel.direct,
        "private": channel.private,
        "members": sorted(channel.members),
    }


def _number(request: web.Request, name: str, default: float) -> float:
    try:
        return float(request.query.get(name, default))
    except ValueError as error:
        raise Refused(f"invalid_{name}") from error


def _sent(changes: list[Json]) -> Iterator[str]:
    for change in changes:
        yield f"id: {change['seq']}\ndata: {json.dumps(change)}\n\n"
