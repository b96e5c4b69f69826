"""The rendered configuration: what is in it for which config. That HAProxy takes it is tested with the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from shippy.backend.haproxy.config import backends_config, balancer_config, map_name, server_options
from shippy.config.loading import load
from shippy.config.schema import App, Health
from shippy.model import Endpoint, Routing, Slot, Traffic
from tests.backend.haproxy_apps import web

SAMPLES = Path(__file__).parents[3] / "config"
SECRETS = dict.fromkeys(("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "GITHUB_TOKEN"), "xxxx-secret")
ENDPOINT = Endpoint("web1", "10.0.0.11", 32768)


def config(app: App, **others: App) -> str:
    return balancer_config({"web": app, **others}, app.haproxies[0])


def test_the_sample_is_what_is_printed_for_the_sample_config() -> None:
    apps = load(SAMPLES / "shippy.yml", SECRETS).apps
    assert (SAMPLES / "haproxy.cfg").read_text() == balancer_config(apps, apps["web"].haproxies[0])


@pytest.mark.parametrize(
    ("public", "bind"),
    [
        ("https://www.example.com/", "bind :443 ssl crt /etc/haproxy/certs/www.example.com.pem alpn h2,http/1.1"),
        ("https://www.example.com:8443", "bind :8443 ssl crt /etc/haproxy/certs/www.example.com.pem alpn h2,http/1.1"),
        ("http://www.example.com/", "bind :80"),
        ("http://10.0.0.5:8000/", "bind :8000"),
        ("http://127.0.0.1:8000/", "bind 127.0.0.1:8000"),
        ("http://[::1]:8000/", "bind [::1]:8000"),
    ],
)
def test_the_ports_are_those_of_the_urls(public: str, bind: str) -> None:
    assert f"    {bind}\n" in config(web(public=public))


def test_the_cookie_is_for_tls_only_where_the_site_is() -> None:
    assert "; Secure" in config(web())
    assert "; Secure" not in config(web(public="http://www.example.com/"))


def test_a_runtime_on_tcp_comes_with_a_warning_and_one_on_a_socket_with_a_mode() -> None:
    assert "# WARNING: whoever can connect here" in config(web())
    on_socket = config(web(balancers=[{"name": "lb1", "runtime": "unix:///run/haproxy/admin.sock"}]))
    assert "WARNING" not in on_socket
    assert "stats socket '/run/haproxy/admin.sock' mode 660 group haproxy level admin\n" in on_socket


def test_the_backends_are_in_the_files_or_in_the_configuration_itself() -> None:
    assert "backend web_blue from" not in config(web())
    bare = config(web(files=None))
    assert "backend web_blue from shippy\n" in bare
    assert "backend web_green from shippy\n" in bare


def test_the_map_is_a_file_of_the_app_or_the_empty_file() -> None:
    assert map_name("web", web().haproxies[0]) == "/etc/haproxy/shippy/web.map"
    assert map_name("web", web(files=None).haproxies[0]) == "/dev/null"


def test_apps_on_the_same_haproxy_are_in_one_configuration() -> None:
    elsewhere = web(balancers=[{"name": "lb1", "runtime": "tcp://10.0.0.6:9999"}])
    text = config(web(), api=web(vip="http://10.0.0.5:8002", public="http://api.example.com"), shop=elsewhere)
    assert "frontend web_public" in text
    assert "frontend api_public" in text
    assert "shop" not in text
    assert text.count("\nglobal\n") == 1


def test_a_new_server_is_checked_at_once_whatever_the_interval() -> None:
    options = server_options(Health(interval="10s"))  # type: ignore[arg-type] # a duration is written with its unit
    assert options == "check inter 10000ms fastinter 250ms downinter 250ms fall 3 rise 2"
    options = server_options(Health(interval="100ms"))  # type: ignore[arg-type] # as above
    assert options == "check inter 100ms fastinter 100ms downinter 100ms fall 3 rise 2"


def test_the_servers_stand_in_their_slots() -> None:
    text = backends_config("web", web(), Traffic(Routing(Slot.BLUE), {Slot.GREEN: frozenset({ENDPOINT})}))
    blue, green = text.split("backend web_green")
    assert "    server " not in blue
    assert "    server web1_10.0.0.11_32768 10.0.0.11:32768 check inter 1000ms " in green


def test_a_health_path_is_one_word_whatever_is_in_it() -> None:
    text = backends_config("web", web(health={"path": "/it's?#1$HOME"}), Traffic(Routing(Slot.BLUE)))
    assert r"uri '/it'\''s?#1$HOME' ver" in text
