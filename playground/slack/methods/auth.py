"""auth.test, bots.info, and the two methods that give the address of a WebSocket."""

from __future__ import annotations

from playground.slack.errors import Refused
from playground.slack.methods.calls import Call
from playground.slack.model import Json
from playground.slack.settings import expired

RTM_TICKET = "rtm"
SOCKET_MODE_TICKET = "socket"


def test(call: Call) -> Json:
    team, user = call.world.seed.directory.team, call.world.seed.directory.user(call.grant.user)
    answer = {
        "url": f"http://{call.host}/",
        "team": team.name,
        "team_id": team.id,
        "user": user.name,
        "user_id": user.id,
        "is_enterprise_install": False,
    }
    return answer | ({"bot_id": user.bot_id} if user.bot_id else {})


def bot(call: Call) -> Json:
    for user in call.world.seed.directory.users():
        if user.bot_id is not None and user.bot_id == call.text("bot"):
            known = {"id": user.bot_id, "app_id": user.app_id, "user_id": user.id, "name": user.name, "deleted": False}
            return {"bot": known}
    raise Refused("bot_not_found")


def connect_rtm(call: Call) -> Json:
    expired(call.world.faults)
    team, user = call.world.seed.directory.team, call.world.seed.directory.user(call.grant.user)
    ticket = call.world.tickets.issue(RTM_TICKET, call.world.settings.ticket_seconds)
    return {
        "url": f"ws://{call.host}/rtm/{ticket}",
        "team": {"id": team.id, "name": team.name, "domain": team.domain},
        "self": {"id": user.id, "name": user.name},
    }


def open_connection(call: Call) -> Json:
    expired(call.world.faults)
    ticket = call.world.tickets.issue(SOCKET_MODE_TICKET, call.world.settings.ticket_seconds)
    return {"url": f"ws://{call.host}/link/?ticket={ticket}&app_id={call.world.seed.app.id}"}
