"""Pages of a list, with the Link header that leads from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web

DEFAULT_PER_PAGE = 30
MOST_PER_PAGE = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`headers` are those that the answer needs."""

    items: Sequence[T]
    headers: dict[str, str]


def page(
    request: web.Request, items: Sequence[T], default: int = DEFAULT_PER_PAGE, most: int = MOST_PER_PAGE
) -> Page[T]:
    """The part of a list that the request's `page` and `per_page` ask for."""
    size = min(max(1, _number(request, "per_page", default)), most)
    number = max(1, _number(request, "page", 1))
    last = max(1, -(-len(items) // size))
    targets = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    wanted = [name for name in targets if (number > 1 if name in {"prev", "first"} else number < last)]
    url = request.url
    links = [f'<{url.update_query(page=targets[name], per_page=size)}>; rel="{name}"' for name in wanted]
    headers = {"Link": ", ".join(links)} if links else {}
    return Page(items[(number - 1) * size : number * size], headers)


def _number(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else default
