"""Stands in for the Runtime APIs of as many HAProxies as wanted: `python -m benchmarks.runtime_apis FOLDER --count N`.

Each listens on FOLDER/lb<n>.sock and has any app's map and backends, empty at first. It answers what shippy asks as
HAProxy 2.6 does (management.txt, section 9.3), in as many columns, and holds every server for healthy. There is no
traffic. So what shippy itself needs for many balancers can be measured on a machine that could not run them.

It prints a line once all of them listen, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

import click

NAMES = """
pxname svname qcur qmax scur smax slim stot bin bout dreq dresp ereq econ eresp wretr wredis status weight act bck
chkfail chkdown lastchg downtime qlimit pid iid sid throttle lbtot tracked type rate rate_lim rate_max check_status
check_code check_duration hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other hanafail req_rate req_rate_max
req_tot cli_abrt srv_abrt comp_in comp_out comp_byp comp_rsp lastsess last_chk last_agt qtime ctime rtime ttime
agent_status agent_code agent_duration check_desc agent_desc check_rise check_fall check_health agent_rise agent_fall
agent_health addr cookie mode algo conn_rate conn_rate_max conn_tot intercepted dcon dses wrew connect reuse
cache_lookups cache_hits srv_icur src_ilim qtime_max ctime_max rtime_max ttime_max eint idle_conn_cur safe_conn_cur
used_conn_cur need_conn_est uweight agg_server_status agg_server_check_status agg_check_status - ssl_sess
ssl_reused_sess ssl_failed_handshake h2_headers_rcvd h2_data_rcvd h2_settings_rcvd h2_rst_stream_rcvd h2_goaway_rcvd
h2_detected_conn_protocol_errors h2_detected_strm_protocol_errors h2_rst_stream_resp h2_goaway_resp
h2_open_connections h2_backend_open_streams h2_total_connections h2_backend_total_streams h1_open_connections
h1_open_streams h1_total_connections h1_total_streams h1_bytes_in h1_bytes_out h1_spliced_bytes_in
h1_spliced_bytes_out"""
COLUMNS = NAMES.split()
HEADER = f"# {','.join(COLUMNS)},\n"
CONNECTIONS = (
    "# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur "
    "idle_per_thr[2]\n"
)
NUMBERS = dict.fromkeys(COLUMNS, "0")
SERVERS_TOO = 4
"""The bit of "show stat <proxy> <kinds> -1" that asks for servers, beside the backend itself."""


class Backend:
    """The servers of one backend: their addresses and what they are told to be, by their names."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.servers: dict[str, str] = {}
        self.told: dict[str, str] = {}

    def row(self, server: str) -> str:
        ready = self.told[server] == "ready"
        return _row(
            {
                "pxname": self.name,
                "svname": server,
                "status": "UP" if ready else self.told[server].upper(),
                "check_status": "L7OK",
                "last_chk": "HTTP status check returned code <200>",
                "addr": self.servers[server],
            }
        )

    def rows(self, *, servers: bool) -> str:
        own = _row({"pxname": self.name, "svname": "BACKEND", "status": "UP", "act": str(len(self.servers))})
        return "".join(map(self.row, self.servers if servers else ())) + own

    def connections(self) -> str:
        lines = (
            f"{self.name}/{name} 3/{number} {where.replace(':', ' ')} - 5000 0 1 1 0 0 -1 0 0 0\n"
            for number, (name, where) in enumerate(self.servers.items(), start=1)
        )
        return CONNECTIONS + "".join(lines)


class RuntimeApi(asyncio.Protocol):
    """One HAProxy's Runtime API; its maps and backends are those of all connections."""

    def __init__(self, maps: dict[str, dict[str, str]], backends: dict[str, Backend]) -> None:
        self._maps = maps
        self._backends = backends
        self._prompting = False
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment] # a stream's is one

    def data_received(self, data: bytes) -> None:
        *lines, self._unread = (self._unread + data).split(b"\n")
        answered = "".join(map(self._line, (line.decode() for line in lines)))
        self._transport.write(answered.encode())
        if lines and not self._prompting:
            self._transport.close()

    def _line(self, line: str) -> str:
        if line == "prompt":
            self._prompting = True
            return "\n> "
        end = "\n> " if self._prompting else "\n"
        return "".join(f"{self._answer(command.split())}{end}" for command in line.split(";"))

    def _answer(self, words: list[str]) -> str:
        asked = self._asked(words)
        return self._changed(words) if asked is None else asked

    def _asked(self, words: list[str]) -> str | None:
        """What is answered to a question; None to what changes something."""
        match words:
            case ["show", "info"]:
                return INFO
            case ["show", "map", name]:
                return "".join(f"0x55a0ca6cd170 {key} {value}\n" for key, value in self._maps[name].items())
            case ["show", "servers", "conn", name]:
                return self._backend(name).connections()
            case ["show", "stat", "-1", *_]:
                return HEADER + "".join(backend.rows(servers=False) for backend in self._backends.values())
            case ["show", "stat", name, kinds, _]:
                return HEADER + self._backend(name).rows(servers=bool(int(kinds) & SERVERS_TOO))
        return None

    def _changed(self, words: list[str]) -> str:
        match words:
            case ["set" | "add", "map", name, key, value]:
                self._maps[name][key] = value
            case ["add", "server", path, where, *_]:
                backend, name = self._of(path)
                backend.servers[name], backend.told[name] = where, "maint"
                return "New server registered.\n"
            case ["set", "server", path, "state", state]:
                backend, name = self._of(path)
                backend.told[name] = state
            case ["del", "server", path]:
                backend, name = self._of(path)
                del backend.servers[name]
                return "Server deleted.\n"
        return ""

    def _of(self, path: str) -> tuple[Backend, str]:
        backend, _, server = path.partition("/")
        return self._backend(backend), server

    def _backend(self, name: str) -> Backend:
        return self._backends.setdefault(name, Backend(name))


def _row(cells: dict[str, str]) -> str:
    return ",".join((NUMBERS | cells).values()) + ",\n"


INFO = "".join(
    f"{key}: {value}\n"
    for key, value in (
        ("Name", "HAProxy"),
        ("Version", "2.6.12"),
        *((f"Counter_{number}", 0) for number in range(70)),
        ("Pid", os.getpid()),
        ("Stopping", 0),
        ("Start_time_sec", int(time.time())),
    )
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--count", default=1, show_default=True)
def main(folder: Path, count: int) -> None:
    """Listen until the standard input ends."""
    asyncio.run(serve(folder, count))


async def serve(folder: Path, count: int) -> None:
    loop = asyncio.get_running_loop()
    for number in range(1, count + 1):
        maps: dict[str, dict[str, str]] = defaultdict(dict)
        await loop.create_unix_server(partial(RuntimeApi, maps, {}), folder / f"lb{number}.sock")
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


if __name__ == "__main__":
    main()
