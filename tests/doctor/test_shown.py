"""What the examination says of the right to show deploys on GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from playground.github.client import Hub
from playground.github.faults import Fault, Kind
from shippy.config import Config
from shippy.doctor.github import github
from tests.doctor.configs import app_section, config_with
from tests.doctor.findings import missing, told
from tests.github.scripted import Reply, ScriptedServer, scripted_server
from tests.github.served import Served


@pytest.fixture
def hub(served: Served) -> Iterator[Hub]:
    hub = served.repository("shown")
    yield hub
    hub.clear_faults()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server() as script:
        yield script


def showing(served: Served, hub: Hub) -> Config:
    app = app_section(repository=hub.full_name, github_deployments={})
    return config_with(github={"api_url": served.api_url, "token": served.token}, apps={"web": app})


def test_deployments_that_can_be_read_are_told(served: Served, hub: Hub) -> None:
    assert told(github(showing(served, hub)))[-1] == (
        f"✓ the deployments of {hub.full_name} can be read, for `github_deployments`"
    )


def test_an_app_is_asked_for_deployments_only_where_they_are_to_be_shown(server: ScriptedServer) -> None:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    granted = dict.fromkeys(("contents", "pull_requests", "statuses", "checks"), "write")
    lacking = (
        "the app lacks the permission deployments: write, to show deploys on GitHub: grant it in the app's settings"
    )
    for section, found in (({}, [lacking]), (None, [])):
        later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        server.replies = [
            Reply(201, {"token": "ghs_1", "expires_at": later, "permissions": {}}),
            Reply(content={"resources": {"core": {"limit": 5000, "remaining": 4900}}}),
            Reply(content={"id": 2, "permissions": granted}),
            Reply(404, {"message": "Not Found"}),
        ]
        config = config_with(
            github={"api_url": f"{server.url}/api/v3", "app": {"id": 1, "installation": 2, "private_key": pem}},
            apps={"web": app_section(github_deployments=section)},
        )
        assert [text for text in missing(github(config)) if "permission" in text] == found


def test_deployments_that_cannot_be_read_are_named(served: Served, hub: Hub) -> None:
    hub.fault(Fault(Kind.ERROR, path="/deployments$", status=403))
    (found,) = missing(github(showing(served, hub)))
    assert found.startswith(f"the deployments of {hub.full_name} cannot be read, for `github_deployments`: ")
    assert found.endswith("Let the token read and write them")
