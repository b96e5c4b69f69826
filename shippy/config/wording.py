"""pydantic's errors in the words of somebody who writes the file. They never repeat a value: it may be a secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from shippy.errors import ConfigProblem

A_TEXT = "a text, in quotes if it looks like a number or a yes"
A_MAPPING = "a mapping of keys"
A_WHOLE_NUMBER = "a whole number"
YES_OR_NO = "true or false"

# By the names of https://docs.pydantic.dev/latest/errors/validation_errors/
WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "this key to be there",
    "value_error": lambda context: str(context["error"]),
    "enum": lambda context: f"one of {context['expected']}",
    "string_type": lambda _: A_TEXT,
    "string_too_short": lambda _: "a text that is not empty",
    "int_type": lambda _: A_WHOLE_NUMBER,
    "int_parsing": lambda _: A_WHOLE_NUMBER,
    "int_from_float": lambda _: A_WHOLE_NUMBER,
    "greater_than_equal": lambda context: f"at least {context['ge']}",
    "less_than_equal": lambda context: f"at most {context['le']}",
    "bool_type": lambda _: YES_OR_NO,
    "bool_parsing": lambda _: YES_OR_NO,
    "model_type": lambda _: A_MAPPING,
    "dict_type": lambda _: A_MAPPING,
    "tuple_type": lambda _: "a list",
    "too_short": lambda _: "at least one",
    "path_type": lambda _: "a path",
}


def problem_of(error: ErrorDetails, root: type[BaseModel]) -> ConfigProblem:
    """One mistake as its key path and what was expected there. `root` is the model that the whole file is."""
    path = [part for part in error["loc"] if part != "[key]"]
    if error["type"] == "extra_forbidden":
        expected = _no_such_key(str(path[-1]), _keys_at(root, path[:-1]))
    elif error["type"] in WORDS:
        expected = WORDS[error["type"]](error.get("ctx", {}))
    else:
        expected = error["msg"][0].lower() + error["msg"][1:]
    return ConfigProblem(".".join(map(str, path)), expected)


def _no_such_key(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"{near[0]}, if that is what is meant" if near else f"no such key, but only {', '.join(known)}"


def _keys_at(root: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """The keys that the section at a path can have."""
    section: Any = root
    for part in path:
        fields = section.model_fields
        section = _section_in(fields[part].annotation) if part in fields else section
    return list(section.model_fields)


def _section_in(annotation: Any) -> Any:
    """The section's type in such as `Section`, `Section | None`, `tuple[Section, ...]` and `dict[Name, Section]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_section_in, get_args(annotation)) if found), None)
