"""users.* and usergroups.*"""

from __future__ import annotations

from playground.slack.errors import Refused
from playground.slack.methods.calls import Call, page
from playground.slack.model import Json


def listing(call: Call) -> Json:
    users = [call.world.payloads.user(user) for user in call.world.seed.directory.users()]
    return page(call, "members", users, default_limit=1000)


def info(call: Call) -> Json:
    return {"user": call.world.payloads.user(call.world.seed.directory.user(call.required("user")))}


def by_email(call: Call) -> Json:
    email = call.required("email").lower()
    for user in call.world.seed.directory.users():
        if user.email and user.email.lower() == email:
            return {"user": call.world.payloads.user(user)}
    raise Refused("users_not_found")


def usergroups(call: Call) -> Json:
    groups, with_users = call.world.seed.directory.usergroups(), call.flag("include_users")
    return {"usergroups": [call.world.payloads.usergroup(group, with_users) for group in groups]}


def usergroup_members(call: Call) -> Json:
    return {"users": list(call.world.seed.directory.usergroup(call.required("usergroup")).users)}
