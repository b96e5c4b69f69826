"""From a file to a `Config`, or to every mistake in it at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from shippy.config.schema import Config
from shippy.errors import ConfigInvalid, ConfigProblem

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
FROM_FILE = "file:"


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read, fill in and check a config file.

    `${NAME}` and `${NAME:-default}` are filled in from the environment; a value `file:/path` is read from that file.
    Relative paths of TLS files are taken from the config file's folder.

    Raises:
        ConfigInvalid: with the key path of each mistake and what was expected there.
    """
    return _Loader(path, environment).load()


class _Loader:
    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment
        self._problems: list[ConfigProblem] = []

    def load(self) -> Config:
        content = self._filled(self._read(), "")
        try:
            config = Config.model_validate(content)
        except ValidationError as error:
            unfilled = {problem.path for problem in self._problems}
            self._problems += [problem for problem in map(_problem, error.errors()) if problem.path not in unfilled]
        if self._problems:
            raise ConfigInvalid(str(self._path), sorted(self._problems, key=lambda problem: problem.path))
        return config

    def _read(self) -> Any:
        try:
            content = yaml.safe_load(self._path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise self._broken("a file that can be read", error) from error
        except yaml.YAMLError as error:
            raise self._broken("YAML", error) from error
        if not isinstance(content, dict):
            raise ConfigInvalid(str(self._path), [ConfigProblem("", "a mapping of keys; see config/shippy.yml")])
        return content

    def _broken(self, expected: str, error: Exception) -> ConfigInvalid:
        detail = " ".join(str(error).split())
        return ConfigInvalid(str(self._path), [ConfigProblem("", f"{expected} ({detail})")])

    def _filled(self, node: Any, path: str) -> Any:
        if isinstance(node, dict):
            return {key: self._filled(value, f"{path}.{key}".lstrip(".")) for key, value in node.items()}
        if isinstance(node, list):
            return [self._filled(value, f"{path}.{index}") for index, value in enumerate(node)]
        if isinstance(node, str):
            return self._from_file(VARIABLE.sub(lambda match: self._variable(match, path), node), path)
        return node

    def _variable(self, match: re.Match[str], path: str) -> str:
        name, default = match.groups()
        value = self._environment.get(name, default)
        if value is None:
            self._problems.append(ConfigProblem(path, f"the environment variable {name} to be set"))
        return value or ""

    def _from_file(self, value: str, path: str) -> str:
        if not value.startswith(FROM_FILE):
            return value
        secret = self._path.parent / value.removeprefix(FROM_FILE)
        try:
            return secret.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self._problems.append(ConfigProblem(path, f"a file that can be read ({error})"))
            return ""


def _problem(error: Any) -> ConfigProblem:
    """One of pydantic's errors in the words of somebody who writes the file; the value itself may be a secret."""
    path = ".".join(str(part) for part in error["loc"] if part != "[key]")
    match error["type"]:
        case "extra_forbidden":
            expected = "no such key"
        case "missing":
            expected = "this key to be there"
        case "value_error":
            expected = str(error["ctx"]["error"])
        case "string_pattern_mismatch":
            expected = f"a text that matches {error['ctx']['pattern']}"
        case _:
            expected = error["msg"][0].lower() + error["msg"][1:]
    return ConfigProblem(path, expected)
