"""The file that shippy writes for a nginx."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shippy.backend.nginx.files import NEW, Files, app_file, install_nginx_files, may_stand_in
from shippy.errors import Unavailable
from shippy.model import ALL, Endpoint, Routing, Share, Slot, Traffic
from tests.backend.nginx_apps import behind_nginx

OLD = Endpoint("web1", "10.0.0.11", 32768)
CANDIDATE = Endpoint("web1", "10.0.0.11", 32769)
BOTH = {Slot.BLUE: frozenset({OLD}), Slot.GREEN: frozenset({CANDIDATE})}
SAME = {"10.0.0.11": "10.0.0.11"}


def text(routing: Routing, turn: int = 0, app: str = "web") -> str:
    (balancer,) = behind_nginx().nginxes
    return app_file(app, balancer, Traffic(routing, BOTH), SAME, turn)


def goes_to(text: str, variable: str) -> list[str]:
    """What the public or the VIP is sent to, in the words of nginx's `map` or `split_clients`."""
    block = re.search(rf"\$shippy_web_{variable} {{\n(.*?)\n}}", text, re.DOTALL)
    assert block
    return [line.strip() for line in block[1].splitlines()]


def servers(text: str, upstream: str) -> list[tuple[str, str]]:
    block = re.search(rf"upstream {upstream} {{\n(.*?)\n}}", text, re.DOTALL)
    return re.findall(r"server (\S+) .*?(?:( backup))?;", block[1]) if block else []


@pytest.mark.parametrize(
    ("routing", "public", "vip"),
    [
        (Routing(Slot.BLUE), ["default web_public_blue;"], ['default "";']),
        (Routing(Slot.BLUE, Slot.GREEN), ["default web_public_blue;"], ["default web_vip_green;"]),
        (
            Routing(Slot.BLUE, Slot.GREEN, Share(50), "d1"),
            ["0.50% web_public_green;", "* web_public_blue;"],
            ["default web_vip_green;"],
        ),
        (
            Routing(Slot.GREEN, Slot.BLUE, Share(9_999)),
            ["99.99% web_public_blue;", "* web_public_green;"],
            ["default web_vip_blue;"],
        ),
        (Routing(Slot.BLUE, Slot.GREEN, ALL), ["default web_public_green;"], ["default web_vip_green;"]),
    ],
)
def test_who_goes_where(routing: Routing, public: list[str], vip: list[str]) -> None:
    assert goes_to(text(routing), "public") == public
    assert goes_to(text(routing), "vip") == vip


def test_the_deploy_decides_with_the_visitor_who_is_among_the_share() -> None:
    split = text(Routing(Slot.BLUE, Slot.GREEN, Share(50), "261123-100000-ab12cd34"))
    assert 'split_clients "${shippy_web_visitor}/261123-100000-ab12cd34" $shippy_web_public {' in split


def test_a_candidate_without_a_share_stands_in_for_nobody() -> None:
    verified, shared = text(Routing(Slot.BLUE, Slot.GREEN)), text(Routing(Slot.BLUE, Slot.GREEN, Share(1)))
    assert servers(verified, "web_public_blue") == [("10.0.0.11:32768", "")]
    assert servers(shared, "web_public_blue") == [("10.0.0.11:32768", ""), ("10.0.0.11:32769", " backup")]
    assert servers(verified, "web_vip_green") == servers(shared, "web_vip_green") == [("10.0.0.11:32769", "")]


def test_who_may_stand_in() -> None:
    assert may_stand_in(Routing(Slot.BLUE), Slot.GREEN)
    assert not may_stand_in(Routing(Slot.BLUE, Slot.GREEN), Slot.GREEN)
    assert may_stand_in(Routing(Slot.BLUE, Slot.GREEN, Share(1)), Slot.GREEN)
    assert may_stand_in(Routing(Slot.BLUE, Slot.GREEN), Slot.BLUE)


def test_apps_have_variables_of_their_own_and_turns_have_ports_of_their_own() -> None:
    assert "$shippy_shop_api_public {" in text(Routing(Slot.BLUE), app="shop-api")
    assert "listen 127.0.0.1:8404;" in text(Routing(Slot.BLUE))
    assert "listen 127.0.0.1:8405;" in text(Routing(Slot.BLUE), turn=1)


def test_a_file_is_written_for_a_turn_and_one_that_says_the_same_stays(tmp_path: Path) -> None:
    (balancer,) = behind_nginx(tmp_path).nginxes
    files = Files("web", balancer)
    files.write(Traffic(Routing(Slot.BLUE), BOTH), 1)
    before = (tmp_path / "web.conf").read_text()
    files.write(Traffic(Routing(Slot.BLUE), BOTH))
    assert (tmp_path / "web.conf").read_text() == before
    files.write(Traffic(Routing(Slot.GREEN), BOTH))
    assert "default web_public_green;" in (tmp_path / "web.conf").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["web.conf"]


def test_names_are_written_as_addresses(tmp_path: Path) -> None:
    """With a name, a nginx that starts while the name server is away does not start."""
    (balancer,) = behind_nginx(tmp_path).nginxes
    endpoints = frozenset({Endpoint("web1", "localhost", 80), Endpoint("web2", "::1", 80)})
    Files("web", balancer).write(Traffic(Routing(Slot.BLUE), {Slot.BLUE: endpoints}))
    written = (tmp_path / "web.conf").read_text()
    assert "server localhost" not in written
    assert "server [::1]:80 " in written


@pytest.mark.parametrize("address", ["nowhere.invalid", "10.0.0.1; }", "a\nb", "x" * 300])
def test_what_is_no_address_is_refused_before_it_is_written(tmp_path: Path, address: str) -> None:
    (balancer,) = behind_nginx(tmp_path).nginxes
    wanted = Traffic(Routing(Slot.BLUE), {Slot.BLUE: frozenset({Endpoint("web1", address, 80)})})
    with pytest.raises(Unavailable):
        Files("web", balancer).write(wanted)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (balancer,) = behind_nginx(tmp_path / "gone").nginxes
    with pytest.raises(Unavailable, match=r"gone/web\.conf: no such file or directory"):
        Files("web", balancer).write(NEW)


def test_first_files_are_written_once(tmp_path: Path) -> None:
    app = behind_nginx(tmp_path / "files")
    assert install_nginx_files("web", app) == [tmp_path / "files" / "web.conf"]
    assert install_nginx_files("web", app) == []
