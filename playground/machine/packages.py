"""The programs that the playground runs, and the packages that they come from.

`python -m playground.machine.packages [--browser] [--database]` installs what is missing where it may (as root, with
apt-get), and otherwise says what is missing and how to get it. It needs nothing but Python itself, because it runs
first of all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# Debian keeps these from an ordinary user's PATH, and haproxy and ip are there.
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
LOADER_SEGMENT = 3
FONTS = "/usr/share/fonts/truetype"


class MissingPrograms(RuntimeError):
    """Programs are missing and may not be installed from here. Says which, and how to get them."""


@dataclass(frozen=True)
class Need:
    """A program by any of its names (or a file by its path), and where to get it.

    Attributes:
        brew: how to get it on macOS.
        own_hosts: needed only where every host gets an engine and a network of its own.
        browser: needed only to use the playground's pages as a person does.
        database: needed only for a journal on PostgreSQL.
    """

    names: tuple[str, ...]
    debian: str
    brew: str
    own_hosts: bool = False
    browser: bool = False
    database: bool = False

    def found(self) -> str | None:
        """The path of the program, or None."""
        paths = (shutil.which(name, path=search_path()) for name in self.names)
        return next((path for path in paths if path), None) or next(filter(os.path.exists, self.names), None)


class StaticBusybox(Need):
    """The one program in the sample images. Nothing else is in them, so it has to bring its libraries along."""

    def found(self) -> str | None:
        path = os.environ.get("SHIPPY_PLAYGROUND_BUSYBOX") or super().found()
        return path if path and is_static(Path(path)) else None


BUSYBOX = StaticBusybox(
    ("busybox",),
    "busybox-static",
    "a static busybox for Linux, its path in SHIPPY_PLAYGROUND_BUSYBOX: "
    "docker cp $(docker create busybox:musl):/bin/busybox .",
)
REGISTRY = Need(("docker-registry", "registry"), "docker-registry", "brew install distribution")
DATABASE = Need(("postgres",), "postgresql", "brew install postgresql", database=True)
NEEDS = (
    Need(("git",), "git", "brew install git"),
    Need(("haproxy",), "haproxy", "brew install haproxy"),
    Need(("nginx",), "nginx", "brew install nginx"),
    REGISTRY,
    BUSYBOX,
    Need(("dockerd",), "docker.io", "", own_hosts=True),
    Need(("docker-init",), "tini", "", own_hosts=True),
    Need(("iptables",), "iptables", "", own_hosts=True),
    Need(("ip",), "iproute2", "", own_hosts=True),
    Need(("nsenter",), "util-linux", "", own_hosts=True),
    Need(("chromium",), "chromium", "brew install --cask chromium", browser=True),
    Need(("chromedriver",), "chromium-driver", "brew install --cask chromedriver", browser=True),
    Need((f"{FONTS}/dejavu/DejaVuSans.ttf", "/System/Library/Fonts"), "fonts-dejavu-core", "", browser=True),
    Need((f"{FONTS}/noto/NotoColorEmoji.ttf", "/System/Library/Fonts"), "fonts-noto-color-emoji", "", browser=True),
    DATABASE,
)


def search_path() -> str:
    """The PATH, with the folders of system programs behind it, and those of Debian's PostgreSQL."""
    databases = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS, *databases])


def own_hosts_possible() -> bool:
    """Whether this machine lets every host have namespaces of its own: Linux, as root, and not in a plain container."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare", path=search_path()):
        return False
    tried = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "true"], capture_output=True, check=False)  # noqa: S607 - found on the PATH just before
    return tried.returncode == 0


def missing(*, own_hosts: bool, browser: bool = False, database: bool = False) -> list[Need]:
    """What is not there of what the playground needs in this way of running."""
    needed = [need for need in NEEDS if (own_hosts or not need.own_hosts) and (browser or not need.browser)]
    needed = [need for need in needed if database or not need.database]
    return [need for need in needed if need.found() is None]


def how_to_get(needs: Iterable[Need]) -> str:
    """One line for each program that is missing, and one command for Debian at the end."""
    lines = []
    for need in needs:
        way = need.brew if sys.platform == "darwin" else f"Debian's package {need.debian}"
        lines.append(f"missing: {need.names[0]} ({way})")
    if sys.platform != "darwin":
        lines.append(f"as root: apt-get install --no-install-recommends {' '.join(need.debian for need in needs)}")
    return "\n".join(lines)


def is_static(program: Path) -> bool:
    """Whether a program for 64-bit Linux runs without a loader: its ELF header names none (elf(5), PT_INTERP)."""
    with program.open("rb") as file:
        head = file.read(4096)
    if not head.startswith(b"\x7fELF\x02"):
        return False
    (table,) = struct.unpack_from("<Q", head, 32)
    size, count = struct.unpack_from("<HH", head, 54)
    kinds = [struct.unpack_from("<I", head, table + index * size)[0] for index in range(count)]
    return LOADER_SEGMENT not in kinds


def install(packages: Sequence[str]) -> None:
    """Install Debian packages; the lists of what there is are fetched only if apt-get does not know the packages.

    Raises:
        MissingPrograms: apt-get could not; with its own last words.
    """
    options = ["--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    command = ["apt-get", "install", *options, *packages]
    if _apt(command).returncode == 0:
        return
    _apt(["apt-get", "update"])
    done = _apt(command)
    if done.returncode:
        raise MissingPrograms(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Install the programs that the playground runs.")
    parser.add_argument("--browser", action="store_true", help="also those for tests in a real browser")
    parser.add_argument("--database", action="store_true", help="also PostgreSQL, for tests of the journal")
    options = parser.parse_args(arguments)
    wished = {"browser": options.browser, "database": options.database}
    own_hosts = sys.platform == "linux" and os.geteuid() == 0
    wanted = missing(own_hosts=own_hosts, **wished)
    if wanted and own_hosts and shutil.which("apt-get"):
        packages = [need.debian for need in wanted]
        print(f"installing {', '.join(packages)}", flush=True)  # noqa: T201 - this command's answer
        try:
            install(packages)
        except MissingPrograms as error:
            print(error, file=sys.stderr)  # noqa: T201 - this command's answer
            return 1
        wanted = missing(own_hosts=own_hosts, **wished)
    if wanted:
        print(how_to_get(wanted), file=sys.stderr)  # noqa: T201 - this command's answer
        return 1
    return 0


def _apt(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(  # noqa: S603 - the names of the packages are those above
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
