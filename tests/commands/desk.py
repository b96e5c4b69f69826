"""A world with commands in front of it: what is typed goes the way of every command, and its answer is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import gevent

from shippy.answers import Answer
from shippy.commands.dispatch import Dispatcher
from shippy.commands.identities import Identities
from shippy.commands.rights import Rights
from shippy.commands.verb import Context
from shippy.config.schema import People
from shippy.deploys.service import Deploys
from shippy.deploys.site import Site
from shippy.errors import ShippyError
from shippy.model import Person, Place
from shippy.ports import Directory, Request
from shippy.sentences import render
from tests.fakes.balancers import FakeBalancers
from tests.fakes.chat import FakeDirectory, FakeRequest
from tests.fakes.fleet import FakeFleet
from tests.world import DANA, THREAD, WAIT_SECONDS, World, app_settings

ELSEWHERE = Place("C2", "9.9")
SHELL = Place()
ROOT = Person("local:root", "root", local=True)


@dataclass
class Desk:
    """`type` runs a text as a daemon would and returns the request, with what was answered to it."""

    world: World = field(default_factory=World)
    people: People = field(default_factory=People)
    directory: Directory = field(default_factory=FakeDirectory)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def dispatcher(self) -> Dispatcher:
        rights = Rights(self.people, self.directory, self.identities)
        return Dispatcher(self.world.journal, rights, self.context)

    @property
    def identities(self) -> Identities:
        return Identities(self.people.github, self.directory, self.world.code.login_of)

    def add_app(self, name: str, **settings: object) -> Site:
        """Another app on hosts and balancers of its own, in a daemon that has just been started."""
        world = self.world
        site = Site(name, app_settings(**settings), world.code, FakeFleet(), FakeBalancers("lb1", "lb2"))
        sites = {**world.deploys.sites, name: site}
        world.deploys = Deploys(sites, world.journal, world.clock, world.listener)
        return site

    def type(self, text: str, person: Person = DANA, place: Place = THREAD, expects: str | None = None) -> FakeRequest:
        request = self._request(text, person, place, expects)
        gevent.spawn(self.dispatcher.handle, request).get(timeout=WAIT_SECONDS)
        assert request.closed.is_set()
        return request

    def begin(self, text: str) -> gevent.Greenlet[..., None]:
        """Run a text in the background."""
        return gevent.spawn(self.dispatcher.handle, self._request(text, DANA, THREAD))

    def press(self, text: str, expects: str, person: Person = DANA) -> Answer | ShippyError:
        """The answer to a button of the deploy `expects` that stands for a text."""
        (answer,) = self.type(text, person, expects=expects).answers
        return answer

    def answer(self, text: str, person: Person = DANA, place: Place = THREAD) -> Answer | ShippyError:
        """The one answer to a text."""
        (answer,) = self.type(text, person, place).answers
        return answer

    def says(self, text: str, person: Person = DANA, place: Place = THREAD) -> str:
        return render(self.answer(text, person, place), bot="shippy")

    def _request(self, text: str, person: Person, place: Place, expects: str | None = None) -> FakeRequest:
        return FakeRequest(text, person, place, id=f"C1/{next(self._numbers)}", expects=expects)

    def context(self, request: Request) -> Context:
        world = self.world
        who_and_where = (request.person, request.place)
        return Context(*who_and_where, world.deploys, world.clock, self.identities, request.expects)
