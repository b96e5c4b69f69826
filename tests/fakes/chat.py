"""The chat as the core meets it, held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gevent.event import Event as Flag

from shippy.answers import Answer
from shippy.errors import ShippyError, Unavailable
from shippy.events import Entry
from shippy.model import Deploy, HostProgress, Person, Place

ALICE = Person("U1", "alice")
DEPLOYS = Place("C1", "1.1")


@dataclass
class FakeRequest:
    """A text that somebody typed; keeps what was answered, and `closed` is set once nothing more will be said."""

    text: str
    person: Person = ALICE
    place: Place = DEPLOYS
    id: str = "C1/1.1"
    expects: str | None = None
    answers: list[Answer | ShippyError] = field(default_factory=list)
    closed: Flag = field(default_factory=Flag)

    def answer(self, answer: Answer | ShippyError) -> None:
        self.answers.append(answer)

    def close(self) -> None:
        self.closed.set()


@dataclass
class FakeListener:
    """Keeps what it was told of, in order."""

    entries: list[tuple[Entry, Deploy]] = field(default_factory=list)
    locks: list[tuple[Entry, Deploy | None]] = field(default_factory=list)
    apps: list[Entry] = field(default_factory=list)
    progress: list[tuple[Deploy, HostProgress]] = field(default_factory=list)

    def heard(self, entry: Entry, deploy: Deploy) -> None:
        self.entries.append((entry, deploy))

    def heard_of_lock(self, entry: Entry, holder: Deploy | None) -> None:
        self.locks.append((entry, holder))

    def heard_of_app(self, entry: Entry) -> None:
        self.apps.append(entry)

    def progressed(self, deploy: Deploy, progress: HostProgress) -> None:
        self.progress.append((deploy, progress))


@dataclass
class FakeDirectory:
    """User groups with their members, e-mail addresses by people's ids, ids by the names of channels.

    `gone` makes it fail as a Slack that does not answer.
    """

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    emails: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    gone: bool = False

    def members(self, usergroup: str) -> frozenset[str]:
        if self.gone:
            raise Unavailable("Slack", "no answer")
        return self.groups.get(usergroup, frozenset())

    def name(self, person: str) -> str:
        return self.names.get(person, person)

    def group_name(self, usergroup: str) -> str:
        return self.names.get(usergroup, usergroup)

    def email(self, person: str) -> str | None:
        return None if self.gone else self.emails.get(person)

    def person_with(self, email: str) -> str | None:
        people = {known.casefold(): person for person, known in self.emails.items()}
        return None if self.gone else people.get(email.casefold())

    def channel(self, name: str) -> str:
        if self.gone:
            raise Unavailable("Slack", "no answer")
        return self.channels.get(name, name)

    def channel_name(self, channel: str) -> str:
        return self.names.get(channel, channel)
