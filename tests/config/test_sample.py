"""config/shippy.yml is the documentation of the config file: it must load, and name every key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shippy.config import App, Config, load
from shippy.config.checks import Checks
from shippy.config.github import MergeSettings
from shippy.config.schema import Chat, Health, People, TrafficSettings

SAMPLE = Path(__file__).parents[2] / "config" / "shippy.yml"
ENVIRONMENT = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "GITHUB_TOKEN": "ghp_1"}


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        yield from (found for part in parts_of(field.annotation) for found in sections(part))


def parts_of(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from parts_of(argument)


def fields() -> Mapping[str, FieldInfo]:
    return {
        f"{section.__name__}.{key}": field
        for section in sections(Config)
        for key, field in section.model_fields.items()
    }


@pytest.fixture(scope="module")
def sample() -> Config:
    return load(SAMPLE, ENVIRONMENT)


def test_the_sample_is_right(sample: Config) -> None:
    assert sample.github.token is not None
    assert sample.github.token.get_secret_value() == "ghp_1"
    web = sample.apps["web"]
    assert web.image == "registry.example.com/acme/web:{commit}"
    assert (web.traffic.warm, web.traffic.drain, web.health.interval) == (900, 30, 1)
    assert web.container.environment["DATABASE_URL"] == "postgresql://db.example.com/web"
    assert web.links["Splunk"].endswith("deploy%3D{deploy}")
    assert web.needed_hosts == 2


@pytest.mark.parametrize("key", fields())
def test_the_sample_names_every_key(key: str) -> None:
    name = key.partition(".")[2]
    assert re.search(rf"(^|[{{,#-])\s*{name}:", SAMPLE.read_text(encoding="utf-8"), re.MULTILINE)


def test_what_the_sample_calls_a_default_is_one(sample: Config) -> None:
    defaults = Config.model_fields
    assert (sample.name, sample.journal, sample.control) == tuple(
        defaults[key].default for key in ("name", "journal", "control")
    )
    web = sample.apps["web"]
    assert web.health == Health()
    assert sample.people == People()
    assert sample.chat.api_url == Chat.model_fields["api_url"].default
    assert web.checks.up_to_date is Checks().up_to_date
    assert web.checks.wait == Checks().wait
    assert web.merge == MergeSettings()
    assert (web.traffic.sticky, web.traffic.drain) == (TrafficSettings().sticky, TrafficSettings().drain)
    assert (web.main, web.lock) == (App.model_fields["main"].default, App.model_fields["lock"].default)


def test_relative_paths_of_tls_are_beside_the_config_file(sample: Config) -> None:
    tls = sample.apps["web"].hosts[0].tls
    assert tls is not None
    assert (tls.ca, tls.key) == (SAMPLE.parent / "tls" / "ca.pem", SAMPLE.parent / "tls" / "key.pem")


def test_a_secret_is_not_shown(sample: Config) -> None:
    shown = repr(sample) + str(sample.model_dump())
    assert all(secret not in shown for secret in ENVIRONMENT.values())
