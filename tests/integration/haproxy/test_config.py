"""HAProxy takes every configuration that shippy prints, without a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from shippy.backend.haproxy.config import CERTIFICATES, balancer_config
from shippy.backend.haproxy.files import Files, install_files
from shippy.config.schema import App
from shippy.model import Endpoint, Routing, Share, Slot, Traffic
from tests.backend.haproxy_apps import web
from tests.integration.haproxies import haproxy_accepts

HTTP = "http://www.example.com/"
ENDPOINTS = frozenset(
    {Endpoint("web-1", "10.0.0.11", 32768), Endpoint("web2", "2001:db8::2", 80), Endpoint("web3", "web3.invalid", 80)}
)


def accepted(folder: Path, *apps: App) -> str:
    """What HAProxy says to a configuration for these apps, in a place where its files can be."""
    named = {f"app-{number}": app for number, app in enumerate(apps)}
    for name, app in named.items():
        install_files(name, app)
    text = balancer_config(named, apps[0].haproxies[0]).replace(CERTIFICATES, str(folder))
    config = folder / "haproxy.cfg"
    config.write_text(text)
    own = [app.haproxies[0].files for app in apps]
    return haproxy_accepts(config, *dict.fromkeys(files for files in own if files))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "www.example.com.pem"
    trustme.CA().issue_cert("www.example.com").private_key_and_cert_chain_pem.write_to_path(path)
    return path


@pytest.mark.parametrize("with_files", [True, False])
@pytest.mark.parametrize("sticky", ["cookie", "address", "none"])
def test_every_way_to_be_sticky(tmp_path: Path, sticky: str, with_files: bool) -> None:
    files = tmp_path / "files" if with_files else None
    assert accepted(tmp_path, web(files, public=HTTP, traffic={"sticky": sticky})) == ""


@pytest.mark.usefixtures("certificate")
@pytest.mark.parametrize("vip", ["http://10.0.0.5:8001", "https://www.example.com:8001"])
def test_tls(tmp_path: Path, vip: str) -> None:
    assert accepted(tmp_path, web(tmp_path / "files", vip=vip)) == ""


@pytest.mark.parametrize("runtime", ["unix:///run/haproxy/admin.sock", "tcp://127.0.0.1:9999", "tcp://[::1]:9999"])
def test_every_kind_of_runtime_address(tmp_path: Path, runtime: str) -> None:
    assert accepted(tmp_path, web(public=HTTP, balancers=[{"name": "lb1", "runtime": runtime}])) == ""


@pytest.mark.parametrize("with_files", [True, False])
def test_two_apps(tmp_path: Path, with_files: bool) -> None:
    files = tmp_path / "files" if with_files else None
    first = web(files, public=HTTP)
    second = web(files, public="http://api.example.com:81", vip="http://10.0.0.5:8002")
    assert accepted(tmp_path, first, second) == ""


def test_two_apps_one_of_them_without_files(tmp_path: Path) -> None:
    first = web(tmp_path / "files", public=HTTP)
    assert accepted(tmp_path, first, web(None, public="http://api.example.com:81", vip="http://a:8002")) == ""


def test_a_health_path_with_everything_in_it(tmp_path: Path) -> None:
    assert accepted(tmp_path, web(None, public=HTTP, health={"path": '/it\'s"up"?#1$HOME%[x],(y)\\'})) == ""


def test_every_kind_of_address(tmp_path: Path) -> None:
    app = web(tmp_path / "files", public=HTTP)
    assert accepted(tmp_path, app) == ""
    wanted = Traffic(Routing(Slot.BLUE, Slot.GREEN, Share(1)), {Slot.BLUE: ENDPOINTS, Slot.GREEN: ENDPOINTS})
    Files("app-0", app, tmp_path / "files", "lb1").write(wanted)
    assert haproxy_accepts(tmp_path / "haproxy.cfg", tmp_path / "files") == ""
