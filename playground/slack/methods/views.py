"""views.*: kept and answered. The page does not draw them."""

from __future__ import annotations

from typing import Any

from playground.slack.errors import Refused
from playground.slack.interactions import TRIGGER
from playground.slack.methods.calls import Call
from playground.slack.model import Json
from playground.slack.tickets import Redeemed

_REFUSALS = {
    Redeemed.UNKNOWN: "invalid_trigger_id",
    Redeemed.USED: "exchanged_trigger_id",
    Redeemed.EXPIRED: "expired_trigger_id",
}


def open_view(call: Call) -> Json:
    """Raises: Refused: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
    redeemed = call.world.tickets.redeem(TRIGGER, call.required("trigger_id"))
    if redeemed in _REFUSALS:
        raise Refused(_REFUSALS[redeemed])
    return {"view": call.world.views.open(_view(call))}


def update(call: Call) -> Json:
    return {"view": call.world.views.update(call.required("view_id"), _view(call))}


def publish(call: Call) -> Json:
    user = call.world.seed.directory.user(call.required("user_id"))
    return {"view": call.world.views.publish(user.id, _view(call))}


def _view(call: Call) -> Any:
    return call.structure("view", "invalid_arguments")
