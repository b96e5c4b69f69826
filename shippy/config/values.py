"""The kinds of values in the config file. Each error says what was expected, to follow "expected"."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, StringConstraints, ValidationInfo

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
MEMORY = re.compile(r"\d+[bkmg]?", re.IGNORECASE)
PEM = "-----BEGIN "
LINK_KEY_CHARACTERS = 32
LISTEN = re.compile(r"(?:\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})")
DIRECT = "direct"
LAST_PORT = 65535
# What the kernel allows for the address of a unix socket (unix(7): sun_path), without its final zero.
SOCKET_PATH_BYTES = 107


def seconds(value: object) -> float:
    """Seconds in a text such as "30s", "1.5m" or "250ms"."""
    match = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('a duration with its unit, such as "30s", "15m", "2h" or "250ms"')
    return float(match[1]) * SECONDS[match[2]]


def above_zero(value: float) -> float:
    if value <= 0:
        raise ValueError("a duration above zero")
    return value


def memory(value: str) -> str:
    if not MEMORY.fullmatch(value):
        raise ValueError('an amount of memory, such as "512m" or "2g"')
    return value.lower()


def matching(pattern: str, expected: str) -> AfterValidator:
    """A text that matches as a whole; `expected` says so in words."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(expected)
        return value

    return AfterValidator(check)


def url_of(*schemes: str, port: bool = False) -> AfterValidator:
    """A URL with one of these schemes, and with a host (and `port` if that is asked for) or, for unix, a path."""

    def check(value: str) -> str:
        parts = _split(value)
        where = parts and (parts.path if parts.scheme == "unix" else parts.hostname)
        if parts is None or parts.scheme not in schemes or not where:
            raise ValueError("a URL that starts with " + " or ".join(f"{scheme}://" for scheme in schemes))
        if port and parts.scheme != "unix" and parts.port is None:
            raise ValueError(f"a port after the host, such as {parts.scheme}://{parts.hostname}:9999")
        return value

    return AfterValidator(check)


def _split(value: str) -> SplitResult | None:
    """The parts of a URL; None where its host or its port cannot be one, or it has spaces in it."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return None if re.search(r"\s", value) else parts


def state_url(value: str) -> str:
    """A URL of an address and a port, which is not the last one: the port after it is taken as well."""
    parts = _split(value)
    if parts is None or parts.scheme != "http" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError('the address where it answers, such as "http://127.0.0.1:8404"')
    if parts.port is None or not 0 < parts.port < LAST_PORT:
        raise ValueError(f"a port below {LAST_PORT} after the host: that port and the next one are taken, in turns")
    return value


def proxy(value: str) -> str:
    """The word for no proxy at all, or the URL of one."""
    parts = _split(value)
    if value != DIRECT and (parts is None or parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f'the URL of a proxy, such as "http://proxy.example.com:3128", or "{DIRECT}" for none')
    return value


def listening(value: str) -> str:
    match = LISTEN.fullmatch(value)
    if match is None or not 0 < int(match[1]) <= LAST_PORT:
        raise ValueError('an address and a port, such as "127.0.0.1:8099"')
    return value


def image_template(value: str) -> str:
    if "{commit}" not in value or re.search(r"[{}\s]", value.replace("{commit}", "")):
        raise ValueError(
            "an image reference with {commit} in it, which stands for the full commit, and no other braces"
        )
    return value


def command(value: object) -> object:
    if isinstance(value, str | None) or (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)):
        return value
    raise ValueError("a text, or a list of texts")


def private_key(value: SecretStr, info: ValidationInfo) -> SecretStr:
    if not _is_unfilled(value, info) and not value.get_secret_value().startswith(PEM):
        raise ValueError("a private key in PEM form; file:/run/secrets/github.pem reads one from a file")
    return value


def link_key(value: SecretStr, info: ValidationInfo) -> SecretStr:
    if not _is_unfilled(value, info) and len(value.get_secret_value()) < LINK_KEY_CHARACTERS:
        raise ValueError(f"a secret of at least {LINK_KEY_CHARACTERS} characters, such as openssl rand -hex 32 gives")
    return value


def _is_unfilled(value: SecretStr, info: ValidationInfo) -> bool:
    """Whether it stands for a secret that is not there, and that whoever loads the config can do without."""
    return value.get_secret_value() in (info.context or {}).get("unfilled", ())


def beside_config(value: Path, info: ValidationInfo) -> Path:
    """A relative path is taken from the folder that the validation's context has, which is the config file's."""
    folder = (info.context or {}).get("folder", Path())
    return Path(folder) / value


def socket_path(value: Path) -> Path:
    if len(bytes(value)) > SOCKET_PATH_BYTES:
        raise ValueError(f"a path of at most {SOCKET_PATH_BYTES} bytes, which is all that a unix socket can have")
    return value


# A name ends up in container names, backend names and map keys, so it keeps to what all of them allow.
Name = Annotated[
    str,
    matching(
        r"[a-z0-9][a-z0-9-]{0,62}",
        'a name of small letters, digits and hyphens, at most 63, such as "web-1"',
    ),
]
Text = Annotated[str, StringConstraints(min_length=1)]
Repository = Annotated[str, matching(r"[\w.-]+/[\w.-]+", 'the owner and the name of a repository, such as "acme/web"')]
# Those of Enterprise Managed Users have an underscore in them.
Login = Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", 'a login on GitHub, without "@", such as "dana-gh"')]
Reviewer = Annotated[
    str,
    matching(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(/[A-Za-z0-9._-]{1,100})?",
        'a login on GitHub, such as "dana-gh", or a team, such as "acme/ops", without "@"',
    ),
]
UrlPath = Annotated[str, matching(r"/\S*", 'a path that starts with /, such as "/health"')]
DatabaseUrl = Annotated[
    str, matching(r"[\w+]+://\S*", "a database's URL, such as sqlite:////var/lib/shippy/journal.db")
]
Duration = Annotated[float, BeforeValidator(seconds)]
Timeout = Annotated[Duration, AfterValidator(above_zero)]
Memory = Annotated[str, AfterValidator(memory)]
Command = Annotated[tuple[str, ...] | str | None, BeforeValidator(command)]
PrivateKey = Annotated[SecretStr, AfterValidator(private_key)]
LinkKey = Annotated[SecretStr, AfterValidator(link_key)]
NearbyPath = Annotated[Path, AfterValidator(beside_config)]
SocketPath = Annotated[Path, AfterValidator(socket_path)]
Listen = Annotated[str, AfterValidator(listening)]
ProxyUrl = Annotated[str, AfterValidator(proxy)]
WebUrl = Annotated[str, url_of("http", "https")]
DockerUrl = Annotated[str, url_of("unix", "tcp", "ssh")]
RuntimeUrl = Annotated[str, url_of("unix", "tcp", port=True)]
StateUrl = Annotated[str, AfterValidator(state_url)]
ImageTemplate = Annotated[str, AfterValidator(image_template)]
