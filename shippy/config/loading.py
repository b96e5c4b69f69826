"""Turns a file into a `Config`, or into a list of all its mistakes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shippy.config.reading import read
from shippy.config.schema import Config
from shippy.config.wording import problem_of
from shippy.errors import ConfigInvalid, ConfigProblem

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
FROM_FILE = "file:"


def load(
    path: Path, environment: Mapping[str, str] = os.environ, needless: Callable[[str], bool] = lambda _: False
) -> Config:
    """Read, fill in and check a config file.

    `${NAME}` and `${NAME:-default}` are filled in from the environment; a value `file:/path` is read from that file.
    Relative paths, there and of TLS files, are taken from the config file's folder. A variable or file of a value whose
    key path is `needless` may be missing: whoever says so does without the value.

    Raises:
        ConfigInvalid: with the key path of each mistake and what was expected there; no value is repeated in it.
    """
    content, problems = read(path)
    filling = _Filling(path.absolute().parent, environment, needless)
    filled = filling.filled(content, "")
    problems += [problem for problem in filling.problems if not needless(problem.path)]
    context = {"folder": path.absolute().parent, "unfilled": frozenset(filling.unfilled)}
    try:
        config = Config.model_validate(filled, context=context)
    except ValidationError as error:
        known = {problem.path for problem in filling.problems}
        found = [problem_of(details, Config) for details in error.errors(include_url=False, include_input=False)]
        problems += [problem for problem in found if problem.path not in known]
    if problems:
        raise ConfigInvalid(str(path), sorted(problems, key=lambda problem: problem.path))
    return config


class _Filling:
    """Puts environment variables and the contents of files into values.

    `problems` is what could not be; the value stays as it is then, so that nothing is called empty that is not.
    `unfilled` are those of these values that are `needless`: they need not have the form of what should be there.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], needless: Callable[[str], bool]) -> None:
        self._folder = folder
        self._environment = environment
        self._needless = needless
        self.problems: list[ConfigProblem] = []
        self.unfilled: set[str] = set()

    def filled(self, node: Any, path: str) -> Any:
        if isinstance(node, dict):
            return {key: self.filled(value, f"{path}.{key}".lstrip(".")) for key, value in node.items()}
        if isinstance(node, list):
            return [self.filled(value, f"{path}.{index}") for index, value in enumerate(node)]
        return self._text(node, path) if isinstance(node, str) else node

    def _text(self, node: str, path: str) -> str:
        before = len(self.problems)
        value = self._from_file(VARIABLE.sub(lambda match: self._variable(match, path), node), path)
        if len(self.problems) > before and self._needless(path):
            self.unfilled.add(value)
        return value

    def _variable(self, match: re.Match[str], path: str) -> str:
        name, default = match.groups()
        value = self._environment.get(name) or default
        if value is None:
            self.problems.append(ConfigProblem(path, f"the environment variable {name} to be set"))
            return match[0]
        return value

    def _from_file(self, value: str, path: str) -> str:
        if not value.startswith(FROM_FILE):
            return value
        file = self._folder / value.removeprefix(FROM_FILE)
        try:
            content = file.read_text(encoding="utf-8").strip()
        except OSError as error:
            self.problems.append(ConfigProblem(path, f"the file {file}, which cannot be read ({error.strerror})"))
            return value
        except UnicodeDecodeError:
            self.problems.append(ConfigProblem(path, f"the file {file} to be a text in UTF-8"))
            return value
        if not content:
            self.problems.append(ConfigProblem(path, f"the file {file} not to be empty"))
        return content or value
