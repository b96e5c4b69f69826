"""The links that fix a browser to the candidate: what is signed. That HAProxy agrees is tested with the real one."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

import pytest

from shippy.backend.haproxy.config import balancer_config
from shippy.backend.pins import balancer_key, signed_pins
from shippy.errors import NoPins
from tests.backend.haproxy_apps import web

KEY = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
DEPLOY = "260101-120000-ab12cd34"
UNTIL = datetime(2026, 1, 1, 12, 30, 0, 500_000, tzinfo=UTC)
EXPIRY = 1767270600


@pytest.mark.parametrize(
    ("public", "origin"),
    [
        ("https://www.example.com/", "https://www.example.com"),
        ("http://www.example.com:8000/shop/", "http://www.example.com:8000"),
    ],
)
def test_a_link_has_the_deploy_the_time_and_the_signature_of_everything(public: str, origin: str) -> None:
    pins = signed_pins("web", web(public=public, traffic={"link_key": KEY}), DEPLOY, UNTIL)
    for act, link in (("pin", pins.pin), ("unpin", pins.unpin)):
        signature = hmac.new(KEY.encode(), f"web/{act}/{DEPLOY}/{EXPIRY}".encode(), "sha256").hexdigest()
        assert link == f"{origin}/.shippy/{act}/{DEPLOY}.{EXPIRY}.{signature}"
    assert pins.until == datetime(2026, 1, 1, 12, 30, tzinfo=UTC)


def test_without_a_key_there_are_no_links_and_nothing_of_them_in_the_configuration() -> None:
    with pytest.raises(NoPins):
        signed_pins("web", web(), DEPLOY, UNTIL)
    assert balancer_key(web()) is None
    config = balancer_config({"web": web()}, web().haproxies[0])
    assert "pin" not in config
    assert "SECRET" not in config


def test_the_configuration_has_the_key_and_says_so() -> None:
    app = web(traffic={"link_key": KEY})
    config = balancer_config({"web": app, "api": web()}, app.haproxies[0])
    assert config.count(f"hmac(sha256,{balancer_key(app)})") == 1
    assert "#   - SECRET: this file has the traffic.link_key of web in it." in config


def test_the_key_is_shown_by_nothing_else() -> None:
    app = web(traffic={"link_key": KEY})
    shown = repr(app) + str(app) + str(app.model_dump()) + app.model_dump_json()
    assert KEY not in shown
    assert str(balancer_key(app)) not in shown
