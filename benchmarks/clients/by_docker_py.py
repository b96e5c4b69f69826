from __future__ import annotations

from docker import APIClient
from docker.tls import TLSConfig

from benchmarks.clients.work import DIGEST, IMAGE, REPOSITORY, SECONDS, Target


def prepare(target: Target) -> None:
    ca, cert, key = map(str, target.files)
    tls = TLSConfig((cert, key), ca_cert=ca, verify=True) if target.tls else False
    client = APIClient(target.docker_url, version="auto", tls=tls, timeout=int(SECONDS))
    for _ in client.pull(REPOSITORY, tag=DIGEST, stream=True, decode=True):
        pass
    ports = client.create_host_config(port_bindings={8080: None})
    created = client.create_container(IMAGE, name="web", ports=[8080], host_config=ports)
    client.start(created["Id"])
    client.inspect_container(created["Id"])
    client.close()
