"""The way into a host over SSH, as far as no host is needed to see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.peers.installing import NotInstalled
from benchmarks.peers.ssh import open_ssh, server_command
from playground.machine.topology import Host


def test_hosts_that_share_an_engine_have_no_ssh_and_nothing_is_made_for_them(tmp_path: Path) -> None:
    shared = [Host(name, "unix:///var/run/docker.sock", "127.0.0.1") for name in ("web1", "web2")]
    with pytest.raises(NotInstalled, match="one engine"):
        open_ssh(shared, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_listens_on_its_host_alone_takes_no_password_and_ends_with_its_sessions() -> None:
    command = server_command("198.18.1.11", Path("/hosts/web1/home"), Path("/hosts/web1/docker.sock"))
    server = command[command.index("dropbear") :]
    assert server[server.index("-p") + 1] == "198.18.1.11:22"
    assert "-s" in server
    assert {"--pid", "--kill-child"} <= set(command)
