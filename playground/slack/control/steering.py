"""What a test or a demonstration sets: faults, behaviour, and the notices on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from playground.slack.control.requests import body, done
from playground.slack.errors import Refused
from playground.slack.model import Json
from playground.slack.sockets import Cut
from playground.slack.web_api import RESET
from playground.slack.world import World

_UNAVAILABLE = "unavailable"
_NEXT_TIMES = {"refuse": "refuse", "too_many": "too_many", "expired_token": "expired_token"}
_WARNINGS = frozenset({"warning", "refresh_requested"})


class Steering:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/playground/faults", self.faults),
            web.post("/playground/settings", self.settings),
            web.post("/playground/bookmarks", self.bookmarks),
            web.post("/playground/hint", self.hint),
        ]

    async def faults(self, request: web.Request) -> web.Response:
        """Any of these keys; what is left out stays as it is.

        cut: how the open WebSockets end: "rst", "fin_without_close", "close" (with a close frame, after RTM's
            goodbye), "silent" (TCP stands, nothing is sent or heeded any more); "refuse", "too_many" and
            "expired_token" reset them and have the next `times` (1 if left out) attempts to connect fail that way;
            "warning" only says that the end is near, "refresh_requested" says so and closes.
        down: true or "unavailable" (the Web API and the WebSockets' doors answer 503), "reset" (they drop the
            connection), false.
        slow_seconds: how long each Web API call is held before it is looked at.
        ratelimit: {method: how many of its next calls get 429}; retry_after: the whole seconds these then ask for.
        """
        content = await body(request)
        setters: dict[str, Callable[[Any], None]] = {
            "cut": lambda how: self._cut(str(how), int(content.get("times", 1))),
            "times": lambda _: None,
            "down": self._down,
            "slow_seconds": lambda seconds: setattr(self._world.faults, "slow_seconds", float(seconds)),
            "ratelimit": lambda methods: setattr(self._world.faults, "ratelimited", dict(methods)),
            "retry_after": lambda seconds: setattr(self._world.faults, "retry_after", int(seconds)),
        }
        _apply(content, setters)
        return done()

    async def settings(self, request: web.Request) -> web.Response:
        """Any of the fields of playground.slack.settings.Settings."""
        content = await body(request)
        settings = self._world.settings
        setters: dict[str, Callable[[Any], None]] = {
            "redelivery": lambda waits: setattr(settings, "redelivery", tuple(float(wait) for wait in waits)),
            "answer_seconds": lambda seconds: setattr(settings, "answer_seconds", float(seconds)),
            "ticket_seconds": lambda seconds: setattr(settings, "ticket_seconds", float(seconds)),
            "smart_quotes": lambda wanted: setattr(settings, "smart_quotes", bool(wanted)),
            "per_second": lambda rate: setattr(settings, "per_second", rate if rate is None else float(rate)),
            "burst": lambda burst: setattr(settings, "burst", int(burst)),
        }
        _apply(content, setters)
        return done()

    async def bookmarks(self, request: web.Request) -> web.Response:
        """{bookmarks: [{title, url}, …]}: the links above the messages. Addresses start with http:// or https://."""
        bookmarks = (await body(request)).get("bookmarks")
        if not isinstance(bookmarks, list) or not all(_is_link(bookmark) for bookmark in bookmarks):
            raise Refused("invalid_bookmarks")
        self._world.notices.bookmarks = bookmarks
        self._world.changes.add("bookmarks", bookmarks=bookmarks)
        return done()

    async def hint(self, request: web.Request) -> web.Response:
        """{hint: "shippy ship green-button"}: what the page proposes to type; "" for nothing."""
        self._world.notices.hint = str((await body(request)).get("hint") or "")
        self._world.changes.add("hint", hint=self._world.notices.hint)
        return done()

    def _cut(self, how: str, times: int) -> None:
        if how in _WARNINGS:
            self._warn(how)
        elif how in _NEXT_TIMES:
            setattr(self._world.faults, _NEXT_TIMES[how], times)
            self._end(Cut.RST)
        else:
            self._end(Cut(how))

    def _warn(self, reason: str) -> None:
        self._world.socket_mode.warn(reason)
        if reason == "refresh_requested":
            self._end(Cut.CLOSE)

    def _end(self, how: Cut) -> None:
        if how is Cut.CLOSE:
            self._world.rtm.warn()
        for socket in self._world.sockets():
            socket.cut(how)

    def _down(self, how: bool | str) -> None:
        if how not in {True, False, RESET, _UNAVAILABLE}:
            raise ValueError(how)
        self._world.faults.down = _UNAVAILABLE if how is True else how or ""


def _apply(content: Json, setters: dict[str, Callable[[Any], None]]) -> None:
    unknown = content.keys() - setters.keys()
    if unknown:
        raise Refused("unknown_keys", keys=sorted(unknown))
    for name, value in content.items():
        try:
            setters[name](value)
        except (TypeError, ValueError) as error:
            raise Refused(f"invalid_{name}") from error


def _is_link(bookmark: Any) -> bool:
    return (
        isinstance(bookmark, dict)
        and isinstance(bookmark.get("title"), str)
        and str(bookmark.get("url")).startswith(("http://", "https://"))
    )
