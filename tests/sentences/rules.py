"""What every text of the bot must keep to, whatever it is about."""

from __future__ import annotations

import re

from shippy.commands.table import VERBS

BOT = "hal"
"""Not the usual name: a text that has `shippy` in a command would be wrong for whoever named their bot otherwise."""

FORBIDDEN = {
    "a field that is not there": r"\bNone\b",
    "the inside of a Python value": r"\w+\(\w+=|<\w+\.\w+|\w+Error\(|\{\w*\}",
    "punctuation twice": r"[.,;:?!]{2,}",
    "a gap before punctuation": r"\S +[.,;:?!](\s|$)",
    "an end of a line in spaces": r"[ \t]+(\n|$)",
    "a double space": r"\S {2,}",
    "empty brackets": r"\(\s*\)",
}
COMMAND = re.compile(r"`([^`]*)`")


def keep_the_rules(text: str) -> None:
    """Raises AssertionError, naming the rule and the text."""
    assert text, "nothing is said"
    for rule, pattern in FORBIDDEN.items():
        assert not re.search(pattern, COMMAND.sub("`…`", text)), f"{rule}: {text!r}"
    assert text.count("`") % 2 == 0, f"a command without an end: {text!r}"
    for command in COMMAND.findall(text):
        bot, verb, *_ = f"{command} help".split()
        assert bot == BOT or command.startswith("git "), f"not how the bot is called: {command}"
        assert verb in VERBS or command.startswith("git "), f"no command of the bot: {command}"
