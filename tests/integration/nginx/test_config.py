"""nginx takes every configuration that shippy prints, without a warning."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import trustme

from playground.machine.packages import search_path
from shippy.backend.nginx.config import CERTIFICATES, nginx_config
from shippy.backend.nginx.files import Files, install_nginx_files
from shippy.config.schema import App
from shippy.model import Endpoint, Routing, Share, Slot, Traffic
from tests.backend.nginx_apps import behind_nginx

HTTP = "http://www.example.com:8000/"
VIP = "http://10.0.0.5:8001/"
WITHIN_SECONDS = 20.0


def accepted(folder: Path, *apps: App) -> str:
    """Empty if nginx takes the configuration for these apps without a warning; otherwise its words."""
    named = {f"app-{number}": app for number, app in enumerate(apps)}
    for name, app in named.items():
        install_nginx_files(name, app)
    return refused(folder, nginx_config(named, apps[0].nginxes[0]).replace(CERTIFICATES, str(folder)))


def refused(folder: Path, text: str) -> str:
    main = folder / "nginx.conf"
    main.write_text(f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n")
    command = ["nginx", "-t", "-q", "-e", "stderr", "-c", str(main)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=WITHIN_SECONDS, env={"PATH": search_path()}
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("sticky", ["cookie", "address", "none"])
def test_every_way_to_be_sticky(tmp_path: Path, sticky: str) -> None:
    assert accepted(tmp_path, behind_nginx(tmp_path / "files", public=HTTP, vip=VIP, traffic={"sticky": sticky})) == ""


@pytest.mark.parametrize("vip", [VIP, "https://www.example.com:8001"])
def test_tls(tmp_path: Path, vip: str) -> None:
    pem = tmp_path / "www.example.com.pem"
    trustme.CA().issue_cert("www.example.com").private_key_and_cert_chain_pem.write_to_path(pem)
    assert accepted(tmp_path, behind_nginx(tmp_path / "files", vip=vip)) == ""


@pytest.mark.parametrize("state", ["http://127.0.0.1:8404", "http://[::1]:8404", "http://10.0.0.5:8404"])
def test_every_kind_of_state_address(tmp_path: Path, state: str) -> None:
    assert accepted(tmp_path, behind_nginx(tmp_path / "files", state, public=HTTP, vip=VIP)) == ""


def test_two_apps(tmp_path: Path) -> None:
    first = behind_nginx(tmp_path / "files", public=HTTP, vip=VIP)
    second = behind_nginx(
        tmp_path / "files", "http://127.0.0.1:8406", public="http://api.example.com:8000", vip="http://10.0.0.5:8002"
    )
    assert accepted(tmp_path, first, second) == ""


def test_a_folder_with_everything_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s {my} "own"; \\ # 1'
    assert accepted(tmp_path, behind_nginx(folder, public=HTTP, vip=VIP)) == ""


def test_every_kind_of_address_and_many_servers(tmp_path: Path) -> None:
    app = behind_nginx(tmp_path / "files", public=HTTP, vip=VIP)
    assert accepted(tmp_path, app) == ""
    endpoints = {Endpoint("web-1", "10.0.0.11", port) for port in range(32_768, 32_968)}
    slot = frozenset(endpoints | {Endpoint("web2", "2001:db8::2", 80), Endpoint("web3", "localhost", 80)})
    wanted = Traffic(Routing(Slot.BLUE, Slot.GREEN, Share(1), "d1"), {Slot.BLUE: slot, Slot.GREEN: slot})
    Files("app-0", app.nginxes[0]).write(wanted)
    assert refused(tmp_path, nginx_config({"app-0": app}, app.nginxes[0])) == ""
