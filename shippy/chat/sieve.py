"""What Slack delivers and is surely not meant for the bot, told without parsing it: most of what is said in a channel.

Pure. Whoever is in many channels hears much more than what is typed to them; parsing it all is most of the work.
"""

from __future__ import annotations

# Any of these, and a frame is parsed. They are:
# - what begins a channel id of a direct message, or names one, which needs no name;
# - the types of what is never passed over: buttons and slash commands, and what is said of the connection itself;
# - escapes in JSON that can stand for any character, or for one that shows nothing (as DEL does by itself), with which
#   a name or one of the above could be written in another way. No other escape stands for a letter;
# - what the name can be taken apart by, or be written with, in Slack's markup: code, mentions, links, entities.
TELLING = (
    '"D',
    '"im"',
    '"interactive"',
    '"slash_commands"',
    '"hello"',
    '"disconnect"',
    '"goodbye"',
    '"error"',
    "\\u",
    "\\b",
    "\x7f",
    "`",
    "<",
    "&",
)


class Sieve:
    """Knows what the bot is called. Its mentions are markup, whatever its id."""

    def __init__(self, name: str) -> None:
        self._name = name.lower()
        self._sure = name.isascii()

    def passes_over(self, frame: str) -> bool:
        """Whether nothing in a frame, if it is JSON, can be a command for the bot, or concern the connection.

        False means only that it has to be parsed. Characters beyond ASCII are always parsed: some show nothing, and
        some are the same as a letter of a name but for their case.
        """
        if not self._sure or not frame.isascii():
            return False
        for telling in TELLING:
            if telling in frame:
                return False
        return self._name not in frame.lower()
