"""`help [command]`: it is given the table of all verbs, of which it is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shippy.answers import CommandHelp, HelpPage
from shippy.commands.verb import BadWords, Command, Context, Verb
from shippy.sentences.phrases import listed, quoted


@dataclass(frozen=True, slots=True)
class Help:
    commands: tuple[CommandHelp, ...]

    def run(self, context: Context) -> HelpPage:  # noqa: ARG002 - every command is given the context
        return HelpPage(self.commands)


def help_on(verbs: Iterable[Verb[Command]]) -> Verb[Help]:
    """The verb `help`, which tells of these verbs and of itself."""
    entries = {verb.name: CommandHelp(verb.form, verb.summary) for verb in verbs}
    entries["help"] = CommandHelp("help [command]", "all commands, or one of them.")

    def parse(words: tuple[str, ...]) -> Help:
        if not words:
            return Help(tuple(entries.values()))
        name = words[0].lower()
        if name not in entries:
            raise BadWords(f"there is no command {quoted(words[0])}; there are {listed(entries)}")
        return Help((entries[name],))

    return Verb("help", entries["help"].form, entries["help"].summary, parse, asks=True)
