"""What people do: write, change and delete what they wrote, react, press buttons, give slash commands."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from playground.slack import markup
from playground.slack.control.requests import body, done, text
from playground.slack.errors import Refused
from playground.slack.model import Channel, Json, Message, User
from playground.slack.world import World


class People:
    """Requests name a `person` by name or id and a `channel` by #name, id, or @name for a direct conversation."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        actions = {
            "type": self.type,
            "edit": self.edit,
            "delete": self.delete,
            "react": self.react,
            "click": self.click,
            "slash": self.slash,
            "open": self.open,
        }
        return [web.post(f"/playground/{name}", action) for name, action in actions.items()]

    async def type(self, request: web.Request) -> web.Response:
        """{person, channel, text, thread_ts?, subtype?} → {ts, channel}."""
        content = await body(request)
        person, channel = self._who_and_where(content)
        fields: dict[str, Any] = {key: content.get(key) for key in ("thread_ts", "subtype")}
        message = self._world.history.post(channel.id, person.id, self._wire(text(content, "text")), **fields)
        return done(ts=message.ts, channel=channel.id)

    async def edit(self, request: web.Request) -> web.Response:
        """{person, channel, ts, text}: one's own messages only."""
        content = await body(request)
        person, message = self._own(content)
        self._world.history.edit(message, person.id, text=self._wire(text(content, "text")))
        return done()

    async def delete(self, request: web.Request) -> web.Response:
        """{person, channel, ts}: one's own messages, and ephemeral ones that one sees."""
        content = await body(request)
        person, message = self._own(content)
        self._world.history.delete(message, person.id)
        return done()

    async def react(self, request: web.Request) -> web.Response:
        """{person, channel, ts, name}: adds the reaction, or takes it away where it was."""
        content = await body(request)
        person, channel = self._who_and_where(content)
        message, name = self._world.history.get(channel.id, text(content, "ts")), text(content, "name")
        if person.id in dict(message.reactions).get(name, ()):
            self._world.history.unreact(message, person.id, name)
        else:
            self._world.history.react(message, person.id, name)
        return done()

    async def click(self, request: web.Request) -> web.Response:
        """{person, channel, ts, action_id, selected?}. A confirmation was the page's business."""
        content = await body(request)
        person, channel = self._who_and_where(content)
        message = self._world.history.get(channel.id, text(content, "ts"))
        self._world.interactions.click(person, message, text(content, "action_id"), content.get("selected"))
        return done()

    async def slash(self, request: web.Request) -> web.Response:
        """{person, channel, command, text}."""
        content = await body(request)
        person, channel = self._who_and_where(content)
        words = str(content.get("text") or "")
        self._world.interactions.slash(person, channel, text(content, "command"), words)
        return done()

    async def open(self, request: web.Request) -> web.Response:
        """{person, channel} → {channel}: the id, for a direct conversation that may be new."""
        _, channel = self._who_and_where(await body(request))
        return done(channel=channel.id)

    def _wire(self, typed: str) -> str:
        return markup.to_wire(typed, self._world.seed.directory, self._world.settings.smart_quotes)

    def _who_and_where(self, content: Json) -> tuple[User, Channel]:
        person = self._world.seed.directory.user_named(text(content, "person"))
        if person is None:
            raise Refused("user_not_found")
        return person, self._world.seed.directory.conversation(text(content, "channel"), person.id)

    def _own(self, content: Json) -> tuple[User, Message]:
        person, channel = self._who_and_where(content)
        message = self._world.history.get(channel.id, text(content, "ts"))
        if person.id not in {message.user, message.ephemeral_to}:
            raise Refused("not_yours")
        return person, message
