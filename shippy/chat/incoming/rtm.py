"""The Real Time Messaging API as Slack speaks it: https://docs.slack.dev/legacy/legacy-rtm-api"""

from __future__ import annotations

from shippy.chat.incoming.inbound import Heard, Signal, mapping, parsed, string, typed_by_a_person
from shippy.chat.slack import SlackApi

NOTHING = Heard()
OF_THE_CONNECTION = ('"hello"', '"goodbye"', '"error"')


class Rtm:
    """Everything that the bot's user would see comes as a bare event; nothing is acknowledged or sent again."""

    def __init__(self, bot: SlackApi) -> None:
        self._bot = bot

    def address(self) -> str:
        """A fresh address to connect to, good for one connection within 30 seconds.

        Raises:
            Unavailable: Slack does not give one; SlackRefused if it is of no use to ask again.
        """
        return string(self._bot.call("rtm.connect"), "url")

    def pass_over(self, frame: str) -> Heard | None:
        """Nothing, without parsing a frame; None if it may be about the connection, and has to be parsed."""
        for kind in OF_THE_CONNECTION:
            if kind in frame:
                return None
        return NOTHING

    def understand(self, frame: str | bytes) -> Heard:
        content = parsed(frame)
        match content.get("type"):
            case "hello":
                return Heard(Signal.READY)
            case "goodbye":
                return Heard(Signal.REPLACE, why="goodbye")
            case "error":
                return Heard(Signal.STAY_AWAY, why=string(mapping(content, "error"), "msg") or "an error")
            case "message":
                return Heard(message=typed_by_a_person(content))
        return Heard()
