"""What a command is made of, whichever it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from shippy.answers import Answer, TurnsReport
from shippy.commands.identities import Identities
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.errors import UnknownApp
from shippy.model import Deploy, Person, Place
from shippy.ports import Clock
from shippy.sentences.phrases import quoted


class Right(StrEnum):
    """What somebody must have to run a command; who has it is in the config's `people`."""

    SHIP = "ship"
    APPROVE = "approve"
    OVERRIDE = "override"
    """To ship past checks: whoever has it needs the right to ship as well."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a command works with: who typed it and where, and the deploys.

    `expects` is the id of the deploy that the command is about, where it is a button on that deploy's message.
    """

    person: Person
    place: Place
    deploys: Deploys
    clock: Clock
    identities: Identities
    expects: str | None = None

    def site(self, app: str | None) -> Site:
        """The app that was named, or the only one there is. Raises UnknownApp."""
        if app is not None:
            return self.deploys.site(app)
        names = tuple(self.deploys.sites)
        if len(names) > 1:
            raise UnknownApp(None, names)
        return self.deploys.site(names[0])

    @property
    def locks(self) -> frozenset[str]:
        """The names of all locks."""
        return frozenset(site.settings.lock for site in self.deploys.sites.values())

    def lock(self, app: str | None) -> str:
        """The lock of the app that was named, or the only one that there is. Raises UnknownApp."""
        if app is None and len(self.locks) == 1:
            return next(iter(self.locks))
        return self.site(app).settings.lock

    def turns(self, lock: str) -> TurnsReport:
        """Who holds a lock, and who waits for it."""
        holder, turns = self.deploys.locks.holder(lock), self.deploys.waiting.of(lock)
        return TurnsReport(self.clock.now(), lock, holder, turns, self.person)

    def app_and_reason(self, words: tuple[str, ...]) -> tuple[str | None, str]:
        """An app's name, if the first word is one, and the rest as a reason."""
        named = words[0].lower() if words and words[0].lower() in self.deploys.sites else None
        return named, " ".join(words[1:] if named else words)

    def app_ahead_of_reason(self, words: tuple[str, ...], *, several: bool) -> tuple[str | None, str]:
        """Like `app_and_reason`, where a reason is needed: nothing but the reason, unless several could be meant."""
        return self.app_and_reason(words) if several and len(words) > 1 else (None, " ".join(words))

    def deploying_app(self, app: str | None) -> str:
        """The app that was named, or the only one with a deploy that can be meant, or the only one there is."""
        apps = {deploy.app for deploy in running(self) if self.expects in {None, deploy.id}}
        if app is None and len(apps) == 1:
            return apps.pop()
        return self.site(app).name


class Command(Protocol):
    """One typed command, parsed."""

    def run(self, context: Context) -> Answer:
        """Do it, and return what to answer. Raises ShippyError."""


class Pushing(ABC):
    """A command that brings a branch to an app, on its way into the main branch."""

    @abstractmethod
    def pushes_to(self, context: Context) -> Site:
        """The app. Raises UnknownApp, NothingRunning."""


def running(context: Context) -> Iterable[Deploy]:
    """The deploys that have not ended."""
    return [session.deploy for session in context.deploys.locks]


C_co = TypeVar("C_co", bound=Command, covariant=True)


@dataclass(frozen=True, slots=True)
class Verb(Generic[C_co]):
    """A kind of command: how it is typed, what it does, who may, and how its words become a `Command`.

    Of the sentences of `summary`, `help` shows the first. `parse` gets the words after the verb, and raises BadWords.
    `about` gives the deploys that it can be about: on any other one, its button is stale. `asks` tells that it changes
    nothing, so that it may be answered before it is journalled.
    """

    name: str
    form: str
    summary: str
    parse: Callable[[tuple[str, ...]], C_co]
    right: Right | None = None
    about: Callable[[Context], Iterable[Deploy]] = running
    asks: bool = False


class BadWords(Exception):
    """The words after a verb do not make a command; the message says which and why."""


def one_app(words: tuple[str, ...]) -> str | None:
    """The optional `[app]` at the end of a command, in lower case. Raises BadWords for more than that."""
    if len(words) > 1:
        raise BadWords(f"{quoted(' '.join(words[1:]))} is too much")
    return words[0].lower() if words else None


def ref_and_app(words: tuple[str, ...]) -> tuple[str, str | None]:
    """`<ref> [app]`. Raises BadWords."""
    if not words:
        raise BadWords("which branch, pull request or commit?")
    return words[0], one_app(words[1:])
