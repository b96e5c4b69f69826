from __future__ import annotations

import json

import requests

from benchmarks.clients.work import BODY, CREATE, PULL, SECONDS, Target, look, start


def prepare(target: Target) -> None:
    ca, cert, key = map(str, target.files)
    with requests.Session() as session:
        if target.tls:
            session.verify, session.cert = ca, (cert, key)
        with session.post(target.url + PULL, stream=True, timeout=SECONDS) as pull:
            for line in pull.iter_lines():
                json.loads(line)
        headers = {"Content-Type": "application/json"}
        created = session.post(target.url + CREATE, data=BODY, headers=headers, timeout=SECONDS).json()["Id"]
        session.post(target.url + start(created), timeout=SECONDS)
        session.get(target.url + look(created), timeout=SECONDS).json()
