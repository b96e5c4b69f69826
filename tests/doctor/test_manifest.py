from __future__ import annotations

from pathlib import Path

import yaml
from click.testing import CliRunner

from ship import main
from shippy.doctor.manifest import SCOPES, slack_manifest

MANIFEST = Path(__file__).parents[2] / "config" / "slack-manifest.yml"


def test_the_manifest_in_the_package_is_the_one_in_config() -> None:
    assert slack_manifest() == MANIFEST.read_text(encoding="utf-8")


def test_doctor_looks_for_the_manifests_scopes_and_no_others() -> None:
    assert SCOPES.keys() == set(yaml.safe_load(slack_manifest())["oauth_config"]["scopes"]["bot"])


def test_the_manifest_alone_is_printed_without_any_config(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["doctor", "--manifest", "--config", str(tmp_path / "none.yml")])
    assert (done.exit_code, done.output) == (0, slack_manifest())
