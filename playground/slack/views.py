"""Modals and home tabs: kept as the app last set them."""

from __future__ import annotations

import itertools
from typing import Any

from playground.slack.errors import Refused
from playground.slack.model import Json

_TYPES = frozenset({"modal", "home"})


class Views:
    """The views by id, and the home tab of each person."""

    def __init__(self, team: str, app: str, bot: str | None) -> None:
        self._owner = {"team_id": team, "app_id": app, "bot_id": bot}
        self._views: dict[str, Json] = {}
        self._homes: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def all(self) -> list[Json]:
        return list(self._views.values())

    def open(self, view: Any) -> Json:
        return self._keep(f"V{next(self._numbers):09d}", view)

    def update(self, view_id: str, view: Any) -> Json:
        """Raises: Refused: not_found."""
        if view_id not in self._views:
            raise Refused("not_found")
        return self._keep(view_id, view)

    def publish(self, user: str, view: Any) -> Json:
        kept = self._keep(self._homes.get(user) or f"V{next(self._numbers):09d}", view)
        self._homes[user] = kept["id"]
        return kept

    def _keep(self, view_id: str, view: Any) -> Json:
        if not isinstance(view, dict) or view.get("type") not in _TYPES:
            raise Refused(
                "invalid_arguments", response_metadata={"messages": ["[ERROR] invalid view [json-pointer:/view]"]}
            )
        kept = {**view, "id": view_id, "root_view_id": view_id, "hash": f"1.{next(self._numbers)}", **self._owner}
        self._views[view_id] = kept
        return kept
