"""Which images are pulled ahead, and where GitHub may call."""

from __future__ import annotations

from pathlib import Path

import pytest

from shippy.config import Config
from shippy.config.listening import Webhook
from shippy.config.prefetch import Mode
from shippy.errors import ConfigInvalid
from tests.config.test_loading import RIGHT, loaded

CHECKS = "    checks: {statuses: [ci/build]}\n"
GREEN = "statuses here, or in checks, that say when a build is green"
DOCKER = "docker for each of the swarm's nodes, to list and remove images; web2 has none"
AN_AMOUNT = 'an amount of disk with its unit, such as "5g" or "500m"'
AN_ADDRESS = 'an address and a port, such as "127.0.0.1:8099"'
A_LONG_ONE = "a secret of at least 32 characters, such as openssl rand -hex 32 gives"
LONG = "0123456789abcdef" * 2


def with_section(folder: Path, section: str, checks: str = CHECKS) -> Config:
    return loaded(folder / "shippy.yml", f"{RIGHT}{checks}    prefetch: {section}\n")


def with_webhook(folder: Path, section: str) -> Config:
    return loaded(folder / "shippy.yml", f"{RIGHT}webhook: {section}\n")


def test_nothing_is_pulled_ahead_unless_the_config_says_so(tmp_path: Path) -> None:
    config = loaded(tmp_path / "shippy.yml", RIGHT)
    assert config.apps["web"].prefetch.mode is Mode.OFF
    assert config.webhook is None


@pytest.mark.parametrize(("written", "mode"), [("off", Mode.OFF), ("on", Mode.ON), ("label", Mode.LABEL)])
def test_the_modes_are_written_without_quotes(tmp_path: Path, written: str, mode: Mode) -> None:
    assert with_section(tmp_path, f"{{mode: {written}}}").apps["web"].prefetch.mode is mode
    assert with_section(tmp_path, f'{{mode: "{written}"}}').apps["web"].prefetch.mode is mode


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    found = with_section(tmp_path, "{mode: on}").apps["web"].prefetch
    assert (found.label, found.statuses, found.every, found.keep, found.budget) == ("prefetch", None, 30, 5, 5 * 2**30)


@pytest.mark.parametrize(("written", "size"), [("500m", 500 * 2**20), ("5G", 5 * 2**30), ("1t", 2**40)])
def test_a_budget_is_in_bytes(tmp_path: Path, written: str, size: int) -> None:
    assert with_section(tmp_path, f"{{budget: {written}}}").apps["web"].prefetch.budget == size


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        ("{mode: perhaps}", ".mode", "one of 'off', 'on' or 'label'"),
        ("{budget: 5}", ".budget", AN_AMOUNT),
        ("{budget: 0g}", ".budget", AN_AMOUNT),
        ("{budget: lots}", ".budget", AN_AMOUNT),
        ("{keep: 0}", ".keep", "at least 1"),
        ("{every: 0s}", ".every", "a duration above zero"),
        ("{label: ''}", ".label", "a text that is not empty"),
        ("{labels: x}", ".labels", "another key; did you mean label?"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, section: str, path: str, expected: str) -> None:
    with pytest.raises(ConfigInvalid) as invalid:
        with_section(tmp_path, section)
    (problem,) = invalid.value.problems
    assert (problem.path, problem.expected) == (f"apps.web.prefetch{path}", expected)


def test_something_has_to_tell_that_a_build_is_green(tmp_path: Path) -> None:
    for mode in ("on", "label"):
        with pytest.raises(ConfigInvalid) as invalid:
            with_section(tmp_path, f"{{mode: {mode}}}", checks="")
        (problem,) = invalid.value.problems
        assert (problem.path, problem.expected) == ("apps.web.prefetch", GREEN)
    with_section(tmp_path, "{mode: off}", checks="")
    with_section(tmp_path, "{mode: on, statuses: [ci/build]}", checks="")
    assert with_section(tmp_path, "{mode: on, statuses: protected}").apps["web"].prefetch.statuses == ("protected",)


def test_the_engines_of_a_swarms_nodes_have_to_be_reached(tmp_path: Path) -> None:
    nodes = "[{name: web1, address: 10.0.0.11, docker: 'tcp://10.0.0.11:2376'}, {name: web2, address: 10.0.0.12}]"
    swarm = f"    swarm: {{managers: ['tcp://10.0.0.11:2376'], nodes: {nodes}}}\n"
    hosts = RIGHT[RIGHT.index("    hosts:") : RIGHT.index("    balancers:")]
    file, content = tmp_path / "shippy.yml", RIGHT.replace(hosts, swarm) + CHECKS
    with pytest.raises(ConfigInvalid) as invalid:
        loaded(file, f"{content}    prefetch: {{mode: on}}\n")
    (problem,) = invalid.value.problems
    assert (problem.path, problem.expected) == ("apps.web.prefetch", DOCKER)
    loaded(file, f"{content}    prefetch: {{mode: off}}\n")


@pytest.mark.parametrize("listen", ["127.0.0.1:8099", "[::1]:80", "shippy.local:1"])
def test_a_webhook_has_an_address_and_a_secret_that_is_not_shown(tmp_path: Path, listen: str) -> None:
    found = with_webhook(tmp_path, f'{{listen: "{listen}", secret: "{LONG}"}}').webhook
    assert isinstance(found, Webhook)
    assert found.listen == listen
    assert LONG not in repr(found)


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        (f'{{listen: "8099", secret: "{LONG}"}}', ".listen", AN_ADDRESS),
        (f'{{listen: "127.0.0.1:0", secret: "{LONG}"}}', ".listen", AN_ADDRESS),
        (f'{{listen: "127.0.0.1:99999", secret: "{LONG}"}}', ".listen", AN_ADDRESS),
        ('{listen: "127.0.0.1:8099", secret: hunter2}', ".secret", A_LONG_ONE),
        ('{listen: "127.0.0.1:8099"}', ".secret", "this key, which is missing"),
        (f'{{secret: "{LONG}"}}', ".listen", "this key, which is missing"),
    ],
)
def test_a_mistake_in_the_webhook_is_named_and_its_secret_is_not(
    tmp_path: Path, section: str, path: str, expected: str
) -> None:
    with pytest.raises(ConfigInvalid) as invalid:
        with_webhook(tmp_path, section)
    (problem,) = invalid.value.problems
    assert (problem.path, problem.expected) == (f"webhook{path}", expected)
    assert "hunter2" not in str(invalid.value)
