"""A host's part of the examination, against an engine by script, and TLS as short-lived as it takes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from gevent.server import StreamServer

from shippy.config.hosts import Host
from shippy.doctor import hosts
from shippy.doctor.findings import Findings
from tests.backend.scripted_engine import Answer, ScriptedEngine
from tests.doctor.configs import app_with
from tests.doctor.findings import missing, told, warnings

DISTRIBUTION = f"/distribution/registry.example.com/acme/web:{'0' * 40}/json"
LABELS = {"shippy.app": "web", "shippy.deploy": "d1", "shippy.commit": "c0ffee", "shippy.slot": "blue"}


def info(ahead: float = 0.0) -> Answer:
    # Docker tells nanoseconds.
    at = datetime.now(UTC) + timedelta(seconds=ahead)
    return Answer(lines=[{"SystemTime": f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z"}])


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    """All is well there, and nothing runs."""
    with ScriptedEngine() as scripted:
        scripted.on("GET", "/version", Answer(lines=[{"Version": "20.10.24", "ApiVersion": "1.41"}]))
        scripted.on("GET", "/info", info())
        scripted.on("GET", "/containers/json", Answer(lines=[[]]))
        scripted.on("GET", DISTRIBUTION, Answer(404, [{"message": "manifest unknown"}]))
        yield scripted


def examined(engine: ScriptedEngine) -> Findings:
    return hosts.host("web", app_with(), engine.host)


def test_a_host_on_which_all_is_well(engine: ScriptedEngine) -> None:
    assert told(examined(engine)) == [
        f"✓ Docker 20.10.24 (API 1.41) answers at tcp://127.0.0.1:{engine.port}",
        "✓ the registry answers its engine about registry.example.com/acme/web",
        "✓ no container of web runs there yet, through which 127.0.0.1 could be tried",
    ]
    assert {asked.method for asked in engine.asked} == {"GET"}


def test_a_host_without_an_engine_is_told_once(engine: ScriptedEngine) -> None:
    engine.stop()
    assert told(examined(engine)) == [
        f"✗ its engine at tcp://127.0.0.1:{engine.port} gives no answer: does not answer (connection refused)"
    ]


def test_a_clock_that_is_off_is_warned_of(engine: ScriptedEngine) -> None:
    engine.on("GET", "/info", info(ahead=100))
    (found,) = warnings(examined(engine))
    assert found.startswith(("its clock is 100 s ahead of", "its clock is 99 s ahead of"))


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (401, "denied: requested access to the resource is denied", "`docker login`"),
        (403, "pull access denied", "`docker login`"),
        (500, "Get https://registry.example.com/v2/: dial tcp: no route to host", "no route to host"),
        (400, "invalid reference format", "correct the app's `image`"),
    ],
)
def test_a_registry_that_does_not_let_the_engine_ask_is_named(
    engine: ScriptedEngine, status: int, message: str, words: str
) -> None:
    engine.on("GET", DISTRIBUTION, Answer(status, [{"message": message}]))
    (found,) = missing(examined(engine))
    assert message.partition("\n")[0] in found
    assert words in found


def test_an_image_that_is_there_is_as_good(engine: ScriptedEngine) -> None:
    engine.on("GET", DISTRIBUTION, Answer(lines=[{"Descriptor": {"digest": "sha256:1"}}]))
    assert missing(examined(engine)) == []


def test_the_port_of_a_container_is_tried(engine: ScriptedEngine) -> None:
    listening = StreamServer(("127.0.0.1", 0), lambda link, _: link.close())
    listening.start()
    port = int(listening.address[1])
    container = {"Id": "c1", "Names": ["/web"], "State": "running", "Labels": {**LABELS, "shippy.host": "web1"}}
    ports = [{"PrivatePort": 8080, "PublicPort": port, "IP": "0.0.0.0"}]  # noqa: S104 - as Docker tells it
    engine.on("GET", "/containers/json", Answer(lines=[[{**container, "Ports": ports}]]))
    *_, reached = told(examined(engine))
    listening.stop()
    assert reached == f"✓ 127.0.0.1:{port}, where a container of web runs, can be reached"
    assert missing(examined(engine)) == [
        f"127.0.0.1:{port}, where a container of web runs, cannot be reached (connection refused): check `address`"
    ]


@contextmanager
def secured(folder: Path, days: float) -> Iterator[Host]:
    """A host that speaks TLS, with certificates that end in so many days."""
    authority = trustme.CA()
    end = datetime.now(UTC) + timedelta(days=days)
    server = authority.issue_cert("127.0.0.1", not_after=end)
    client = authority.issue_cert("shippy.example", not_after=end)
    names = {"ca": folder / "ca.pem", "cert": folder / "cert.pem", "key": folder / "key.pem"}
    authority.cert_pem.write_to_path(str(names["ca"]))
    client.cert_chain_pems[0].write_to_path(str(names["cert"]))
    client.private_key_pem.write_to_path(str(names["key"]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    listener = StreamServer(("127.0.0.1", 0), lambda link, _: link.close(), ssl_context=context)
    listener.start()
    try:
        where = f"tcp://127.0.0.1:{listener.address[1]}"
        yield Host.model_validate({"name": "web1", "docker": where, "address": "127.0.0.1", "tls": names})
    finally:
        listener.stop()


def test_certificates_that_last_are_in_order(tmp_path: Path) -> None:
    with secured(tmp_path, days=90) as host:
        (found,) = told(hosts.certificates(host))
    end = datetime.now(UTC) + timedelta(days=90)
    assert found == f"✓ its TLS certificates are in order until {end:%Y-%m-%d}"


def test_certificates_that_end_soon_are_warned_of(tmp_path: Path) -> None:
    with secured(tmp_path, days=13) as host:
        found = warnings(hosts.certificates(host))
    assert [text.partition(" TLS certificate ends on ")[0] for text in found] == [
        "the engine's",
        "shippy's own",
    ]


def test_an_authority_that_has_not_signed_the_engines_certificate_is_named(tmp_path: Path) -> None:
    with secured(tmp_path, days=90) as host:
        trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        (found,) = missing(hosts.certificates(host))
    assert found.startswith("its certificate cannot be read: its certificate is not trusted")


def test_an_engine_without_tls_has_no_certificates(engine: ScriptedEngine) -> None:
    assert told(hosts.certificates(engine.host)) == []
