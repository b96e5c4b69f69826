"""Starts machines with a container on one, says so, and kills itself, as hard as can be."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path

from playground.machine.images import HEALTHY, PORT, publish
from playground.machine.topology import start_machines

machines = start_machines(hosts=["web1"], balancers=["lb1"], state=Path(sys.argv[1]))
balancer = machines.balancers[0]
balancer.start(balancer.runtime_sockets())
engine = machines.hosts[0].engine
if engine is None:
    sys.exit("engines of their own are not possible here")
with closing(engine.client()) as client:
    reference = f"{machines.registry.address}/site:1"
    publish(client, reference, HEALTHY, "1")
    client.containers.run(reference, detach=True, ports={f"{PORT}/tcp": None})
print(machines.world.folder, flush=True)  # noqa: T201 - the answer to the test
os.kill(os.getpid(), signal.SIGKILL)
