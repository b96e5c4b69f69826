"""The kept connection to a Runtime API, and the looks that go by it, against servers that behave well and badly."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from unittest.mock import ANY

import gevent
import pytest
from gevent.server import StreamServer

from shippy.backend.haproxy.balancer import HAProxy, Kept
from shippy.backend.haproxy.config import NO_FILE
from shippy.backend.haproxy.counts import EVERY_BACKEND, WINDOW
from shippy.backend.haproxy.glimpse import questions
from shippy.backend.haproxy.pulse import PROMPT, Pulse, Pulses, Question
from shippy.backend.haproxy.runtime import Runtime
from shippy.backend.haproxy.state import Row, SlotState, State
from shippy.backend.haproxy.watch import Alike, Watch
from shippy.config.schema import App
from shippy.errors import Unavailable
from shippy.model import Counts, Routing, Share, Slot, Traffic
from tests.backend.haproxy_apps import web

WITHIN = 0.3
CONNECTIONS = "# bkname/svname bkid/svid addr port - purge_delay used_cur\n"
COUNTED = "# pxname,svname,req_tot,hrsp_5xx,econ,eresp,rtime\nweb_blue,BACKEND,3,1,0,1,7\n"


@dataclass
class Process:
    """An interactive Runtime API. What it says can be changed at any time."""

    pid: int = 7
    started: int = 1795439291
    stopping: int = 0
    entry: str = "web blue/green/2500/x"
    servers: dict[str, list[str]] = field(default_factory=lambda: {"web_blue": ["web1 3/1 10.0.0.11 9000"]})
    used: int = 0
    silent: bool = False
    piecemeal: bool = False
    accepted: int = 0
    heard: list[str] = field(default_factory=list)
    links: list[socket.socket] = field(default_factory=list)

    def serve(self, link: socket.socket, _: object) -> None:
        self.accepted += 1
        self.links.append(link)
        interactive = False
        with suppress(OSError), link.makefile("rb") as lines:
            for line in lines:
                interactive = interactive or line == b"prompt\n"
                if not interactive:
                    # The connection is for this line.
                    link.sendall("".join(f"{self._answer(one.split())}\n" for one in line.decode().split(";")).encode())
                    return
                self.heard.append(line.decode().strip())
                if not self.silent:
                    self._say(link, self._answer(line.decode().split()).encode() + PROMPT)

    def _say(self, link: socket.socket, answer: bytes) -> None:
        # The last byte later than the others, as a busy network may bring it.
        pieces = (answer[:-1], answer[-1:]) if self.piecemeal else (answer,)
        for piece in pieces:
            link.sendall(piece)
            gevent.sleep(0.02)

    def drop(self) -> None:
        """End every connection, as a process that is killed does."""
        for link in self.links:
            link.shutdown(socket.SHUT_RDWR)

    def _answer(self, words: list[str]) -> str:
        match words:
            case ["prompt"]:
                return ""
            case ["show", "info"]:
                return f"Name: HAProxy\nPid: {self.pid}\nStopping: {self.stopping}\nStart_time_sec: {self.started}\n"
            case ["show", "map", *_]:
                return f"0x55a0ca6cd170 {self.entry}\n"
            case ["show", "servers", "conn", backend]:
                lines = (f"{backend}/{one} - 5000 {self.used}\n" for one in self.servers.get(backend, ()))
                return CONNECTIONS + "".join(lines)
            case ["show", "stat", proxy, *_]:
                return COUNTED if proxy == "-1" else f"# {','.join(Row._fields).replace('svname', 'pxname,svname')}\n"
        return " ".join(words)


@dataclass
class Site:
    process: Process
    runtime: Runtime
    pulse: Pulse
    looks: int = 0

    def look(self) -> State:
        self.looks += 1
        return State(self.process.entry, {slot: SlotState() for slot in Slot})

    def watched(self) -> Watch:
        return Watch(self.pulse, "web", "web.map", self.look, Alike())


def web_at(site: Site) -> App:
    """An app with the site's HAProxy, whose disk is not reached."""
    return web(balancers=[{"name": "lb1", "runtime": site.runtime.url}])


@pytest.fixture
def site() -> Iterator[Site]:
    process = Process()
    server = StreamServer(("127.0.0.1", 0), process.serve)
    server.start()
    runtime = Runtime("lb1", f"tcp://127.0.0.1:{server.address[1]}", within=WITHIN)
    made = Site(process, runtime, Pulse(runtime, WITHIN))
    yield made
    made.pulse.close()
    server.stop(timeout=0)


def asked(site: Site, *commands: str) -> Question:
    question = site.pulse.ask(commands)
    assert question is not None
    return question


def test_answers_belong_to_their_questions_in_the_order_of_asking(site: Site) -> None:
    assert site.pulse.ask(["one"]) is None
    assert site.pulse.open()
    first = asked(site, "one", "two")
    gevent.sleep(0)
    second = asked(site, "three")
    assert second.wait() == {"three": b"three"}
    assert first.wait() == {"one": b"one", "two": b"two"}
    assert site.process.accepted == 1


def test_what_is_asked_at_once_is_one_question_and_each_command_is_sent_once(site: Site) -> None:
    site.pulse.open()
    web, shop = asked(site, "show info", "show map web"), asked(site, "show info", "show map shop")
    assert web is shop
    assert web.wait() == {"show info": ANY, "show map web": ANY, "show map shop": ANY}
    assert site.process.heard == ["prompt", "show info", "show map web", "show map shop"]


def test_nobody_is_given_an_answer_to_what_was_sent_before_they_asked(site: Site) -> None:
    site.pulse.open()
    site.process.entry = "web before"
    first = asked(site, "show map web")
    with gevent.Timeout(5):
        while len(site.process.heard) < len(["prompt", "show map web"]):
            gevent.sleep(0.001)
    site.process.entry = "web after"
    assert asked(site, "show map web").wait() == {"show map web": b"0x55a0ca6cd170 web after\n"}
    assert first.wait() == {"show map web": b"0x55a0ca6cd170 web before\n"}


def test_a_question_that_nobody_fetches_takes_no_other_s_answer(site: Site) -> None:
    site.pulse.open()
    asked(site, "left alone")
    gevent.sleep(0)
    assert asked(site, "wanted").wait() == {"wanted": b"wanted"}


def test_what_was_not_sent_yet_is_lost_with_the_connection_too(site: Site) -> None:
    site.pulse.open()
    question = asked(site, "one")
    site.pulse.close()
    assert question.wait() is None
    site.pulse.open()
    assert asked(site, "two").wait() == {"two": b"two"}
    assert site.process.heard == ["prompt", "prompt", "two"]


def test_all_apps_share_one_connection_to_a_haproxy(site: Site) -> None:
    pulses = Pulses()
    assert pulses.of(site.runtime) is pulses.of(Runtime("lb1", site.runtime.url))


def test_two_that_open_it_at_once_leave_one_connection(site: Site) -> None:
    opening = [gevent.spawn(site.pulse.open) for _ in range(2)]
    assert [one.get() for one in opening] == [True, True]
    assert asked(site, "one").wait() == {"one": b"one"}


def test_a_connection_that_ends_loses_its_questions_and_is_made_anew(site: Site) -> None:
    site.pulse.open()
    site.process.silent = True
    question = asked(site, "one")
    gevent.sleep(0)
    site.process.drop()
    assert question.wait() is None
    site.process.silent = False
    assert site.pulse.open()
    assert asked(site, "two").wait() == {"two": b"two"}


def test_silence_is_told_in_time_and_the_connection_is_not_used_again(site: Site) -> None:
    site.pulse.open()
    site.process.silent = True
    question = asked(site, "one")
    began = time.monotonic()
    with pytest.raises(Unavailable, match="no answer within"):
        question.wait()
    assert time.monotonic() - began < WITHIN + 1
    assert site.pulse.ask(["two"]) is None


def test_silence_is_told_to_all_who_asked_at_once_and_none_of_them_tries_again(site: Site) -> None:
    apps = [site.watched() for _ in range(3)]
    for watch in apps:
        watch.ask().wait()
    site.process.silent = True
    waiting = [gevent.spawn(asked.wait) for asked in [watch.ask() for watch in apps]]
    gevent.joinall(waiting, timeout=5)
    assert [type(one.exception) for one in waiting] == [Unavailable] * len(apps)
    assert site.process.accepted == 1


def test_a_greeting_that_does_not_come_is_told_in_time(site: Site) -> None:
    site.process.silent = True
    with pytest.raises(Unavailable, match="no answer within"):
        site.pulse.open()


def test_nobody_listens() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        assert not Pulse(Runtime("lb1", f"tcp://127.0.0.1:{reserved.getsockname()[1]}")).open()


def test_it_is_looked_at_whole_once_as_long_as_nothing_changes(site: Site) -> None:
    watch = site.watched()
    first = watch.ask().wait()
    for used in range(5):
        site.process.used = used
        assert watch.ask().wait() is first
    assert site.looks == 1
    assert site.process.accepted == 1


CHANGES: dict[str, Callable[[Process], None]] = {
    "another process": lambda process: setattr(process, "pid", 8),
    "another process with the same id": lambda process: setattr(process, "started", process.started + 1),
    "the map": lambda process: setattr(process, "entry", "web green"),
    "a server that is gone": lambda process: process.servers.clear(),
    "a server that is there in addition": lambda process: process.servers["web_blue"].append("web2 3/2 10.0.0.12 9000"),
    "a server at another port": lambda process: process.servers.update(web_blue=["web1 3/1 10.0.0.11 90001"]),
    "a server in the other slot": lambda process: process.servers.update(web_green=["web1 4/1 10.0.0.11 9000"]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_looked_at_whole_again_once_when_something_has_changed(site: Site, what: str) -> None:
    watch = site.watched()
    watch.ask().wait()
    CHANGES[what](site.process)
    second = watch.ask().wait()
    assert site.looks == 2
    assert watch.ask().wait() is second
    assert site.looks == 2


def test_a_worker_that_is_leaving_is_let_go_of_and_the_whole_is_looked_at(site: Site) -> None:
    watch = site.watched()
    watch.ask().wait()
    site.process.stopping = 1
    watch.ask().wait()
    assert site.looks == 2
    (link,) = site.process.links
    with gevent.Timeout(5):
        while link.fileno() != -1 and link.recv(1):
            gevent.sleep(0.01)
    site.process.stopping = 0
    watch.ask().wait()
    assert site.process.accepted == 2


def test_a_prompt_that_comes_in_two_pieces_is_one(site: Site) -> None:
    site.process.piecemeal = True
    assert site.pulse.open()
    question = site.pulse.ask(["show info", "show map web.map"])
    assert question
    assert len(question.wait() or []) == 2


def test_a_connection_that_is_lost_is_reason_enough_to_look(site: Site) -> None:
    watch = site.watched()
    watch.ask().wait()
    site.process.drop()
    watch.ask().wait()
    assert site.looks == 2


def test_an_answer_that_is_here_needs_no_waiting_and_one_that_says_otherwise_is_not_taken(site: Site) -> None:
    watch = site.watched()
    first = watch.ask().wait()
    looking = watch.ask()
    with gevent.Timeout(5):
        while looking.ready() is None:
            gevent.sleep(0.01)
    assert looking.ready() is first
    site.process.entry = "web green"
    changed = watch.ask()
    gevent.sleep(0.05)
    assert changed.ready() is None
    assert changed.wait() is not first


def test_what_was_seen_in_the_middle_of_a_change_that_was_taken_back_is_not_believed(site: Site) -> None:
    pulses = Pulses()
    app = web_at(site)
    balancer = HAProxy("web", app, app.haproxies[0], Kept(pulses))
    with closing(pulses.of(site.runtime)) as pulse:
        pulse.open()
        looking = balancer.watch()
        with gevent.Timeout(5):
            while len(site.process.heard) < len(["prompt", *questions("web", NO_FILE)]):
                gevent.sleep(0.01)
        before, site.process.entry = site.process.entry, "web blue/green/5000/x"
        seen = looking.wait()
        site.process.entry = before
        balancer.record(seen)
        assert balancer.watch().wait().routing.share == Share(2500)
    assert seen.routing.share == Share(5000)


def test_what_a_look_saw_while_a_change_began_is_not_believed_either(site: Site) -> None:
    def look() -> State:
        seen = site.look()
        watch.forget()
        return seen

    watch = Watch(site.pulse, "web", "web.map", look, Alike())
    watch.ask().wait()
    watch.ask().wait()
    assert site.looks == 2


def test_counters_come_over_the_kept_connection_or_over_one_of_their_own(site: Site) -> None:
    pulses, app = Pulses(), web_at(site)
    balancer = HAProxy("web", app, app.haproxies[0], Kept(pulses))
    expected = {Slot.BLUE: Counts(3, 1, 1, 7.0, WINDOW)}
    with closing(pulses.of(site.runtime)) as pulse:
        assert balancer.counts().wait() == expected
        assert site.process.heard == []
        pulse.open()
        assert balancer.counts().wait() == expected
        assert site.process.heard == ["prompt", EVERY_BACKEND]
        lost = balancer.counts()
        pulse.close()
        assert lost.wait() == expected
        assert site.process.accepted == len(["by itself", "kept", "by itself"])


def test_balancers_that_do_the_same_are_the_same_object_until_one_does_something_else() -> None:
    alike = Alike()
    blue, same, green = Traffic(Routing(Slot.BLUE)), Traffic(Routing(Slot.BLUE)), Traffic(Routing(Slot.GREEN))
    assert alike.one(blue) is alike.one(same) is blue
    assert alike.one(green) is green
