from __future__ import annotations

from contextlib import closing

import gevent

from benchmarks.clients.work import CONFIG, DIGEST, REPOSITORY, SECONDS, Target
from shippy.backend.engine.certificates import Certificates
from shippy.backend.engine.client import EngineClient
from shippy.backend.engine.connecting import way_to
from shippy.backend.engine.pool import Pool

CERTIFICATES = Certificates()


def prepare(target: Target) -> None:
    way = way_to(target.docker_url, target.files if target.tls else None, CERTIFICATES)
    with gevent.Timeout(SECONDS), closing(Pool(way, SECONDS, SECONDS)) as pool:
        client = EngineClient.greeted(pool)
        for _ in client.pull(REPOSITORY, DIGEST):
            pass
        container = client.create_container("web", CONFIG)["Id"]
        client.start(container)
        client.inspect_container(container)
