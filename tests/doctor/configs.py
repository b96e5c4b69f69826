"""Configs for the examinations, with nothing in them but what a test is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shippy.config import App, Config

APP: Mapping[str, Any] = {
    "repository": "acme/web",
    "image": "registry.example.com/acme/web:{commit}",
    "hosts": [{"name": "web1", "docker": "tcp://127.0.0.1:9", "address": "127.0.0.1"}],
    "balancers": [{"name": "lb1", "runtime": "tcp://127.0.0.1:9"}],
    "vip": "http://127.0.0.1:9/",
    "public": "http://127.0.0.1:9/",
}


def config_with(**changed: Any) -> Config:
    usual = {"chat": {"transport": "local"}, "github": {"token": "t0ken"}, "apps": {"web": APP}}
    return Config.model_validate(usual | changed)


def app_section(**changed: Any) -> dict[str, Any]:
    return {**APP, **changed}


def app_with(**changed: Any) -> App:
    return App.model_validate(app_section(**changed))
