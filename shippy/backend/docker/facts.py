"""What an engine says of itself: for whoever sets a host up. Everything here only asks.

Every function raises HostFailed where the engine does not answer.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

from shippy.backend.docker import pull as docker_pull
from shippy.backend.docker.containers import Listing
from shippy.backend.docker.engine import Engine
from shippy.backend.docker.errors import words_of
from shippy.backend.engine.errors import NotFound
from shippy.config.hosts import Host
from shippy.errors import HostFailed, ImageNotFound
from shippy.model import Endpoint, HostStep

TLS_PORT = 2376


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """`clock` is by how many seconds the host's clock is ahead of this machine's."""

    version: str
    api: str
    clock: float


def engine_facts(engine: Engine) -> EngineFacts:
    with engine.asked(HostStep.CONNECTING, engine.time_outs.ask) as client:
        version = client.engine_version()
        there = datetime.fromisoformat(client.info()["SystemTime"])
    ahead = (there - datetime.now(UTC)).total_seconds()
    return EngineFacts(str(version["Version"]), str(version["ApiVersion"]), ahead)


def registry_through(engine: Engine, reference: str) -> None:
    """Have the engine ask the registry for an image, which need not be there: what counts is that it may ask.

    Raises:
        ImageNotFound: no image can be called that.
        Unavailable: the registry did not answer the engine, or not to shippy's credentials.
    """
    try:
        docker_pull.resolve(engine, reference)
    except ImageNotFound as error:
        if not isinstance(error.__cause__, NotFound):
            raise


def endpoints(engine: Engine, app: str) -> tuple[Endpoint, ...]:
    """Where the app's running containers on the host are to be reached."""
    with engine.asked(HostStep.CONNECTING, engine.time_outs.ask) as client:
        return tuple(each.endpoint for each in Listing(app, engine.host).of(client) if each.endpoint)


def certificate_ends(host: Host, within: float) -> Mapping[str, datetime]:
    """When the certificates end with which a host's engine and shippy know each other; empty without TLS.

    Args:
        within: seconds for each step of the connection.
    """
    if host.tls is None:
        return {}
    where = urlsplit(host.docker)
    name = where.hostname or ""
    try:
        context = ssl.create_default_context(cafile=host.tls.ca)
        context.load_cert_chain(host.tls.cert, host.tls.key)
        own = load_pem_x509_certificate(host.tls.cert.read_bytes())
        with (
            socket.create_connection((name, where.port or TLS_PORT), within) as link,
            context.wrap_socket(link, server_hostname=name) as secured,
        ):
            engines = load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    except OSError as error:
        raise HostFailed(host.name, HostStep.CONNECTING, words_of(error)) from error
    return {"the engine's": engines.not_valid_after_utc, "shippy's own": own.not_valid_after_utc}
