from __future__ import annotations

import json

import urllib3

from benchmarks.clients.tls import shared
from benchmarks.clients.work import BODY, CREATE, PULL, SECONDS, Target, look, start


def prepare(target: Target) -> None:
    timeout = urllib3.Timeout(SECONDS)
    pool: urllib3.HTTPConnectionPool
    if target.tls:
        pool = urllib3.HTTPSConnectionPool(target.address, target.port, timeout=timeout, ssl_context=shared(target))
    else:
        pool = urllib3.HTTPConnectionPool(target.address, target.port, timeout=timeout)
    with pool:
        pull = pool.request("POST", PULL, preload_content=False)
        for line in pull.read().splitlines():
            json.loads(line)
        pull.release_conn()
        headers = {"Content-Type": "application/json"}
        created = json.loads(pool.request("POST", CREATE, body=BODY, headers=headers).data)["Id"]
        pool.request("POST", start(created))
        json.loads(pool.request("GET", look(created)).data)
