"""Holds requests against GitHub's description: the path and method, the query, and the body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import ImmutableMultiDict

DESCRIPTION = Path(__file__).with_name("github.json")
HOST = "https://api.github.com"


@dataclass(frozen=True)
class Asked:
    """One request: `query` has names and values; `json` is its body, None where it has none."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    json: object = None


@dataclass
class Sent:
    """A request as openapi-core wants to have it."""

    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    body: bytes | None
    content_type: str = "application/json"


def mistakes(requests: Iterable[Asked]) -> list[str]:
    """What is wrong with requests, each told once; nothing for those that GitHub describes."""
    return list(dict.fromkeys(told for request in requests for told in _mistakes(request)))


def _mistakes(request: Asked) -> Iterator[str]:
    name = f"{request.method} {request.path}"
    path = _described(request.path)
    operation = _whole()["paths"].get(path.template, {}).get(request.method.lower()) if path else None
    if path is None or operation is None:
        yield f"{name} is not in github.json: is it GitHub's? PATHS in __main__.py has what is looked at"
        return
    for unknown in sorted({key for key, _ in request.query} - _queries(operation)):
        yield f"{name} does not know {unknown} in a query"
    if isinstance(request.json, dict):
        for unknown in sorted(set(request.json) - _fields(operation, request.json)):
            yield f"{name} does not know {unknown} in a body"
    # GitHub lets some parameters have slashes ("x-multi-segment"), of which OpenAPI knows nothing.
    filled = path.template.format_map({key: quote(value, safe="") for key, value in path.values.items()})
    parameters = RequestParameters(query=ImmutableMultiDict(request.query))
    body = None if request.json is None else json.dumps(request.json).encode()
    for error in _openapi().iter_request_errors(Sent(HOST, filled, request.method.lower(), parameters, body)):
        yield f"{name}: {error} {'; '.join(_reasons(error))}"


def _reasons(error: BaseException) -> Iterator[str]:
    """What the schema said, which openapi-core keeps behind its own errors."""
    for reason in getattr(error.__cause__, "schema_errors", ()):
        yield reason.message
    if error.__cause__ is not None:
        yield from _reasons(error.__cause__)


@dataclass(frozen=True)
class Described:
    template: str
    values: Mapping[str, str]


def _described(path: str) -> Described | None:
    """The template that a path fits best: that with the most letters of its own."""
    for template, pattern in _patterns():
        match = pattern.fullmatch(path)
        if match:
            return Described(template, match.groupdict())
    return None


@cache
def _whole() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return whole


@cache
def _openapi() -> OpenAPI:
    return OpenAPI.from_dict(_whole())


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    templates = sorted(_whole()["paths"], key=lambda template: -len(re.sub(r"{\w+}", "", template)))
    return [(template, re.compile(_pattern(template))) for template in templates]


def _pattern(template: str) -> str:
    operations = _whole()["paths"][template].values()
    parameters = [_resolved(each) for operation in operations for each in operation.get("parameters", ())]
    long = {each["name"] for each in parameters if each.get("x-multi-segment")}
    return re.sub(r"{(\w+)}", lambda match: f"(?P<{match[1]}>{'.+' if match[1] in long else '[^/]+'})", template)


def _queries(operation: Mapping[str, Any]) -> set[str]:
    parameters = [_resolved(each) for each in operation.get("parameters", ())]
    return {each["name"] for each in parameters if each["in"] == "query"}


def _fields(operation: Mapping[str, Any], body: Mapping[str, object]) -> set[str]:
    """What a body may have; all that it has, where the description does not say so by simple properties."""
    content = _resolved(operation.get("requestBody", {})).get("content", {})
    schema = _resolved(content.get("application/json", {}).get("schema", {}))
    return set(schema.get("properties", {})) or (set(body) if content else set())


def _resolved(content: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in content:
        return content
    found: Any = _whole()
    for part in content["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(found)
