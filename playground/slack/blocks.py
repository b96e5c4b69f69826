"""Block Kit, checked as Slack checks it: https://docs.slack.dev/reference/block-kit gives the kinds and their limits.

Undocumented, but measured by others (slackapi/bolt-js issues 2509 and 2867): all text of the blocks of one message
together may have about 12,000 characters, or the answer is msg_blocks_too_long.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from playground.slack.errors import Refused
from playground.slack.model import Json
from playground.slack.texts import Problem, at_most, object_text, required_string

MOST_BLOCKS = 50
MOST_TEXT_IN_BLOCKS = 12_000
_MOST_IN_SECTION = 3_000
_MOST_IN_FIELD = 2_000
_MOST_FIELDS = 10
_MOST_IN_HEADER = 150
_MOST_CONTEXT_ELEMENTS = 10
_MOST_ACTIONS = 25
_MOST_ID = 255
_MOST_BUTTON_TEXT = 75
_MOST_VALUE = 2_000
_MOST_URL = 3_000
_MOST_OPTIONS = 100
_CONFIRM_LIMITS = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
_STYLES = frozenset({"primary", "danger"})

Check = Callable[[Json, str], Iterator[Problem]]


def checked(blocks: Any) -> tuple[Json, ...]:
    """The blocks with an id for each block and each element that takes a click, as Slack hands them out.

    Raises:
        Refused: invalid_blocks_format, invalid_blocks with every problem named by JSON pointer, or
            msg_blocks_too_long.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused("invalid_blocks_format")
    problems = [f"[ERROR] {words} [json-pointer:{pointer}]" for pointer, words in _problems(blocks)]
    if problems:
        raise Refused("invalid_blocks", response_metadata={"messages": problems})
    if _length_of_text(blocks) > MOST_TEXT_IN_BLOCKS:
        raise Refused("msg_blocks_too_long")
    return tuple(_with_ids(block) for block in blocks)


def _problems(blocks: list[Json]) -> Iterator[Problem]:
    yield from at_most(blocks, MOST_BLOCKS, "/blocks")
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        pointer = f"/blocks/{index}"
        check = _BLOCKS.get(block.get("type", ""))
        if check is None:
            yield f"{pointer}/type", f"unsupported type: {block.get('type')}"
            continue
        yield from check(block, pointer)
        if block_id := block.get("block_id"):
            yield from required_string(block, "block_id", _MOST_ID, pointer)
            if block_id in seen:
                yield f"{pointer}/block_id", "block_id already exists"
            seen.add(block_id)


def _section(block: Json, pointer: str) -> Iterator[Problem]:
    if "text" in block:
        yield from object_text(block["text"], _MOST_IN_SECTION, f"{pointer}/text")
    elif not block.get("fields"):
        yield pointer, "missing required field: text"
    fields = block.get("fields", [])
    yield from at_most(fields, _MOST_FIELDS, f"{pointer}/fields")
    for index, text in enumerate(fields):
        yield from object_text(text, _MOST_IN_FIELD, f"{pointer}/fields/{index}")
    if "accessory" in block:
        yield from _element(block["accessory"], f"{pointer}/accessory")


def _header(block: Json, pointer: str) -> Iterator[Problem]:
    yield from object_text(block.get("text"), _MOST_IN_HEADER, f"{pointer}/text", plain=True)


def _context(block: Json, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements") or []
    if not elements:
        yield f"{pointer}/elements", "must have at least 1 item"
    yield from at_most(elements, _MOST_CONTEXT_ELEMENTS, f"{pointer}/elements")
    for index, element in enumerate(elements):
        at = f"{pointer}/elements/{index}"
        if element.get("type") == "image":
            yield from _image(element, at)
        else:
            yield from object_text(element, _MOST_IN_SECTION, at)


def _actions(block: Json, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements") or []
    if not elements:
        yield f"{pointer}/elements", "must have at least 1 item"
    yield from at_most(elements, _MOST_ACTIONS, f"{pointer}/elements")
    seen: set[str] = set()
    for index, element in enumerate(elements):
        at = f"{pointer}/elements/{index}"
        yield from _element(element, at)
        action_id = element.get("action_id")
        if action_id in seen:
            yield f"{at}/action_id", f'"{action_id}" already exists'
        if action_id:
            seen.add(action_id)


def _image(block: Json, pointer: str) -> Iterator[Problem]:
    yield from required_string(block, "image_url", _MOST_URL, pointer)
    yield from required_string(block, "alt_text", _MOST_VALUE, pointer)


def _free(_: Json, __: str) -> Iterator[Problem]:
    yield from ()


def _button(element: Json, pointer: str) -> Iterator[Problem]:
    yield from object_text(element.get("text"), _MOST_BUTTON_TEXT, f"{pointer}/text", plain=True)
    for key, most in (("value", _MOST_VALUE), ("url", _MOST_URL)):
        if key in element:
            yield from required_string(element, key, most, pointer)
    if "style" in element and element["style"] not in _STYLES:
        yield f"{pointer}/style", f"unexpected value: {element['style']}"


def _choice(element: Json, pointer: str) -> Iterator[Problem]:
    options = element.get("options") or []
    if not options:
        yield f"{pointer}/options", "must have at least 1 item"
    yield from at_most(options, _MOST_OPTIONS, f"{pointer}/options")
    for index, option in enumerate(options):
        yield from object_text(option.get("text"), _MOST_BUTTON_TEXT, f"{pointer}/options/{index}/text")


def _element(element: Json, pointer: str) -> Iterator[Problem]:
    check = _ELEMENTS.get(element.get("type", ""))
    if check is None:
        yield f"{pointer}/type", f"unsupported type: {element.get('type')}"
        return
    yield from check(element, pointer)
    if "action_id" in element:
        yield from required_string(element, "action_id", _MOST_ID, pointer)
    for key, most in _CONFIRM_LIMITS.items() if "confirm" in element else ():
        yield from object_text(element["confirm"].get(key), most, f"{pointer}/confirm/{key}")


_ELEMENTS: dict[str, Check] = {"button": _button, "static_select": _choice, "overflow": _choice, "image": _image}
_BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "divider": _free,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "rich_text": _free,
}


def _length_of_text(value: Any) -> int:
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_length_of_text(part) for part in value.values())
    if isinstance(value, list):
        return sum(_length_of_text(part) for part in value)
    return 0


def _with_ids(block: Json) -> Json:
    completed = {**block, "block_id": block.get("block_id") or _new_id()}
    if block["type"] == "actions":
        completed["elements"] = [_with_action_id(element) for element in block["elements"]]
    if "accessory" in block:
        completed["accessory"] = _with_action_id(block["accessory"])
    return completed


def _with_action_id(element: Json) -> Json:
    return element if element["type"] == "image" else {**element, "action_id": element.get("action_id") or _new_id()}


def _new_id() -> str:
    return secrets.token_urlsafe(3)


def clickable(blocks: tuple[Json, ...], action_id: str) -> tuple[Json, Json] | None:
    """The block and the element in it that has this action_id, if one has."""
    for block in blocks:
        elements = block["elements"] if block["type"] == "actions" else [block.get("accessory", {})]
        for element in elements:
            if element.get("action_id") == action_id:
                return block, element
    return None
