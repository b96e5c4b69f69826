"""From a text to a typed command, or to a typed error that says the right form. Pure."""

from __future__ import annotations

from difflib import get_close_matches

from shippy.commands.table import VERBS
from shippy.commands.verb import BadWords, Command, Verb
from shippy.errors import NotUnderstood

LONGEST_TEXT = 1000
"""Characters: more than any command needs."""


def parse(text: str) -> tuple[Verb[Command], Command]:
    """The verb and the command that a text stands for; the bot's name is already off it.

    Raises:
        NotUnderstood: with the right form of the nearest command, if there is a near one.
    """
    if len(text) > LONGEST_TEXT:
        raise NotUnderstood(text, f"that is too long for a command ({len(text)} characters)")
    words = tuple(text.split())
    if not words:
        return parse("help")
    verb = VERBS.get(words[0].lower())
    if verb is None:
        raise _no_command(text, words[0])
    try:
        return verb, verb.parse(words[1:])
    except BadWords as error:
        raise NotUnderstood(text, str(error), verb.form) from error


def only_asks(text: str) -> bool:
    """Whether nothing is changed by a text, whatever comes of it; what is no command changes nothing either."""
    words = text.split(maxsplit=1)
    verb = VERBS.get(words[0].lower()) if words else None
    return verb is None or verb.asks


def _no_command(text: str, word: str) -> NotUnderstood:
    near = get_close_matches(word.lower(), VERBS, n=1)
    if not near:
        return NotUnderstood(text, "that is no command")
    return NotUnderstood(text, f"that is no command; did you mean {near[0]}?", VERBS[near[0]].form)
