"""What a release is to a swarm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.backend.swarm.spec import PORTS, Placement, changed, hosts_of, name_of, port_of, ports_of, pulling
from shippy.config.schema import ContainerSettings
from tests.backend.swarm_entries import PORT, RELEASE, service

LONGEST_NAME = 63


def test_a_release_is_one_service_by_the_digest_with_a_port_of_its_node() -> None:
    spec = service()
    template = spec["TaskTemplate"]
    assert template["ContainerSpec"]["Image"] == "r/acme/web@sha256:1"
    assert spec["EndpointSpec"]["Ports"] == [
        {"Protocol": "tcp", "TargetPort": 8080, "PublishedPort": PORT, "PublishMode": "host"}
    ]
    assert spec["Mode"] == {"Replicated": {"Replicas": 2}}
    assert template["Placement"] == {"Constraints": ["node.id!=id3"], "MaxReplicas": 1}
    assert hosts_of(spec) == {"web1", "web2"}


def test_settings_come_as_a_swarm_takes_them() -> None:
    settings = ContainerSettings.model_validate(
        {
            "port": 80,
            "environment": {"A": "1"},
            "volumes": ["/srv/up:/up:ro", "data:/data", "/scratch"],
            "memory": "64m",
            "command": "serve --workers 4",
            "stop_grace": "1500ms",
        }
    )
    spec = service(settings)
    container = spec["TaskTemplate"]["ContainerSpec"]
    assert spec["EndpointSpec"]["Ports"][0]["TargetPort"] == 80
    assert spec["TaskTemplate"]["Resources"] == {"Limits": {"MemoryBytes": 64 * 1024**2}}
    assert container["Args"] == ["serve", "--workers", "4"]
    assert container["StopGracePeriod"] == 2_000_000_000
    assert container["Mounts"] == [
        {"Type": "bind", "Source": "/srv/up", "Target": "/up", "ReadOnly": True},
        {"Type": "volume", "Source": "data", "Target": "/data", "ReadOnly": False},
        {"Type": "volume", "Target": "/scratch"},
    ]
    assert {"A=1", "SHIPPY_COMMIT=c0ffee", "SHIPPY_HOST={{.Node.Hostname}}"} <= set(container["Env"])


def test_what_looks_like_a_template_stays_as_it_is_in_the_config() -> None:
    settings = ContainerSettings(environment={"GREETING": "{{.Node.ID}}"})
    assert 'GREETING={{"{{"}}.Node.ID}}' in service(settings)["TaskTemplate"]["ContainerSpec"]["Env"]


def test_other_hosts_change_nothing_that_would_start_a_task_again() -> None:
    before = service()
    after = changed(before, Placement(["web1"], ["node.id!=id2", "node.id!=id3"], 1))
    assert hosts_of(after) == {"web1"}
    assert after["Mode"] == {"Replicated": {"Replicas": 1}}
    for spec in (before, after):
        del spec["TaskTemplate"]["Placement"]["Constraints"]
    assert after["TaskTemplate"] == before["TaskTemplate"]


def test_a_release_gets_a_port_that_no_other_service_has() -> None:
    settings = ContainerSettings()
    first = port_of(RELEASE, settings, ())
    assert first in PORTS
    assert port_of(RELEASE, settings, ()) == first
    assert port_of(RELEASE, settings, {first}) != first
    assert port_of(RELEASE, settings, set(PORTS) - {PORTS[0]}) == PORTS[0]
    assert port_of(RELEASE, ContainerSettings(published=8000), ()) == 8000


def test_the_ports_of_all_services_are_taken() -> None:
    assert ports_of([{"Spec": service()}, {"Spec": {}}, {"Spec": {"EndpointSpec": {"Mode": "vip"}}}]) == {PORT}


@pytest.mark.parametrize("app", ["web", "a" * 63])
def test_a_name_is_no_longer_than_a_swarm_allows(app: str) -> None:
    release = replace(RELEASE, app=app)
    assert len(name_of(release)) <= LONGEST_NAME
    assert len(pulling(app, release.image, [])["Name"]) <= LONGEST_NAME


def test_a_pull_runs_nothing_of_the_image_and_publishes_nothing() -> None:
    spec = pulling("web", RELEASE.image, [])
    assert spec["TaskTemplate"]["ContainerSpec"]["Command"] == ["/shippy-pulls-and-runs-nothing"]
    assert spec["TaskTemplate"]["RestartPolicy"] == {"Condition": "none"}
    assert "Ports" not in spec["EndpointSpec"]
