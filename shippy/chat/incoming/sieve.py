"""What Slack delivers and is surely not typed to the bot, told without parsing it: most of what is said in a channel.

Pure. Whoever is in many channels hears much more than what is typed to them, and parsing it all is most of the work.
"""

from __future__ import annotations

# What a name can be taken apart by, or be written with, in Slack's markup: code, mentions and links, entities; and DEL,
# which shows nothing.
MARKUP = ("`", "<", "&", "\x7f")
# JSON's escapes that can stand for a letter, or for what shows nothing. No other does.
ESCAPES = ("\\u", "\\b")
# What begins the id of a direct message's channel, and what names its kind: there, the bot's name may be left out.
DIRECT = ('"D', '"im"')


class Sieve:
    """Knows what the bot is called. Its mentions are markup, whatever its id."""

    def __init__(self, name: str) -> None:
        self._name = name.lower()
        self._sure = name.isascii()

    def passes_over(self, frame: str) -> bool:
        """Whether no message in a frame, if it is JSON, can be a command for the bot.

        False means only that it has to be parsed. Characters beyond ASCII are always parsed: some show nothing, and
        some are the same as a letter of a name but for their case.
        """
        if not self._sure or not frame.isascii():
            return False
        for mark in MARKUP:
            if mark in frame:
                return False
        if "\\" in frame and any(escape in frame for escape in ESCAPES):
            return False
        for mark in DIRECT:
            if mark in frame:
                return False
        return self._name not in frame.lower()
