from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection

from benchmarks.clients.tls import shared
from benchmarks.clients.work import BODY, CREATE, PULL, SECONDS, Target, look, start


def prepare(target: Target) -> None:
    where = target.address, target.port
    link = (
        HTTPSConnection(*where, timeout=SECONDS, context=shared(target))
        if target.tls
        else HTTPConnection(*where, timeout=SECONDS)
    )
    with closing(link):
        for line in asked(link, "POST", PULL).splitlines():
            json.loads(line)
        created = json.loads(asked(link, "POST", CREATE, BODY))["Id"]
        asked(link, "POST", start(created))
        json.loads(asked(link, "GET", look(created)))


def asked(link: HTTPConnection, method: str, target: str, body: bytes | None = None) -> bytes:
    link.request(method, target, body, {"Content-Type": "application/json"} if body else {})
    return link.getresponse().read()
