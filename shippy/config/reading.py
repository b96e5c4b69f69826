"""Reads YAML in which every key stands at most once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shippy.errors import ConfigInvalid, ConfigProblem


def read(path: Path) -> tuple[dict[Any, Any], list[ConfigProblem]]:
    """The mapping that a YAML file holds, and the keys that are in it twice (of which the last one counts).

    Raises:
        ConfigInvalid: it cannot be read, or is no mapping. No line of the file is repeated in it: it may hold secrets.
    """
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        content = loader.construct_document(root) if root else None
    except OSError as error:
        raise _unreadable(path, f"a file that can be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "a text file in UTF-8") from error
    except yaml.YAMLError as error:
        raise _unreadable(path, f"YAML ({_where(error)})") from error
    except ValueError as error:
        # PyYAML makes dates and numbers of what looks like some: 2026-02-30.
        raise _unreadable(path, "only dates and numbers that there are, or quotes around what is neither") from error
    if root is None or not isinstance(content, dict):
        raise _unreadable(path, "a mapping of keys; config/shippy.yml shows all of them")
    return content, list(_repeated_keys(root, ""))


def _unreadable(path: Path, expected: str) -> ConfigInvalid:
    return ConfigInvalid(str(path), [ConfigProblem("", expected)])


def _where(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "there is a character in it that cannot be in a text"
    mark = error.problem_mark
    return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"


def _repeated_keys(node: yaml.Node, path: str) -> Iterator[ConfigProblem]:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _repeated_keys(item, f"{path}.{index}")
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            key_path = f"{path}.{key.value}".lstrip(".")
            line = key.start_mark.line + 1
            if key.value in lines:
                yield ConfigProblem(key_path, f"this key once, but it is in lines {lines[key.value]} and {line}")
            lines[key.value] = line
            yield from _repeated_keys(value, key_path)
