"""pydantic's errors in the words of somebody who writes the file. They never repeat a value, which may be a secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, Tag
from pydantic_core import ErrorDetails

from shippy.errors import ConfigProblem

A_TEXT = "a text, in quotes if it looks like a number or a yes"
A_MAPPING = "a mapping of keys"
A_WHOLE_NUMBER = "a whole number"
YES_OR_NO = "true or false"

# By the names of https://docs.pydantic.dev/latest/errors/validation_errors/
WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "this key, which is missing",
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
    "union_tag_invalid": lambda context: f"a kind that is one of {context['expected_tags']}",
    "too_short": lambda _: "at least one",
    "path_type": lambda _: "a path",
}


def problem_of(error: ErrorDetails, root: type[BaseModel]) -> ConfigProblem:
    """One mistake as its key path and what was expected there. `root` is the model that the whole file is."""
    path, section = _walked([part for part in error["loc"] if part != "[key]"], root)
    if error["type"] == "extra_forbidden":
        expected = _no_such_key(str(path[-1]), list(section.model_fields))
    elif error["type"] in WORDS:
        expected = WORDS[error["type"]](error.get("ctx", {}))
    else:
        expected = error["msg"][0].lower() + error["msg"][1:]
    return ConfigProblem(".".join(map(str, path)), expected)


def _no_such_key(key: str, known: Sequence[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"another key; did you mean {near[0]}?" if near else f"another key: one of {', '.join(known)}"


def _walked(loc: Sequence[int | str], root: type[BaseModel]) -> tuple[list[int | str], Any]:
    """The key path of a mistake, without what pydantic puts in it for the kind of a section; and the last section.

    The last section is the one that the path ends in, or, where it ends in a key, the one that has that key or not.
    """
    section: Any = root
    path: list[int | str] = []
    kinds: Mapping[Any, Any] = {}
    for part in loc:
        if part in kinds:
            section, kinds = kinds[part], {}
            continue
        path.append(part)
        field = section.model_fields.get(part)
        if field is not None:
            kinds = _kinds_in(field.annotation)
            section = _section_in(field.annotation) or section
    return path, section


def _kinds_in(annotation: Any) -> Mapping[Any, Any]:
    """The sections that an annotation tells apart by a tag, each under its tag."""
    tags = [tag.tag for tag in getattr(annotation, "__metadata__", ()) if isinstance(tag, Tag)]
    if tags:
        return {tags[0]: _section_in(annotation)}
    return {tag: section for part in get_args(annotation) for tag, section in _kinds_in(part).items()}


def _section_in(annotation: Any) -> Any:
    """The section's type in such as `Section`, `Section | None`, `tuple[Section, ...]` and `dict[Name, Section]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_section_in, get_args(annotation)) if found), None)
