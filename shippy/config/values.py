"""Values with a form of their own in the config file."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
MEMORY = re.compile(r"\d+[bkmg]?", re.IGNORECASE)


def seconds(value: object) -> float:
    """Seconds in a text such as "30s", "1.5m" or "250ms"."""
    match = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('a duration with its unit, such as "30s", "15m", "2h" or "250ms"')
    return float(match[1]) * SECONDS[match[2]]


def memory(value: str) -> str:
    if not MEMORY.fullmatch(value):
        raise ValueError('an amount of memory, such as "512m" or "2g"')
    return value.lower()


def url_of(*schemes: str) -> AfterValidator:
    """A URL with one of these schemes, and with a host or (for unix) a path."""

    def check(value: str) -> str:
        parts = urlsplit(value)
        where = parts.path if parts.scheme == "unix" else parts.netloc
        if parts.scheme not in schemes or not where:
            raise ValueError("a URL that starts with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return value

    return AfterValidator(check)


def image_template(value: str) -> str:
    if "{commit}" not in value:
        raise ValueError("an image reference with {commit} in it, which stands for the full commit")
    return value


Duration = Annotated[float, BeforeValidator(seconds)]
Memory = Annotated[str, AfterValidator(memory)]
WebUrl = Annotated[str, url_of("http", "https")]
DockerUrl = Annotated[str, url_of("unix", "tcp", "ssh")]
RuntimeUrl = Annotated[str, url_of("unix", "tcp")]
ImageTemplate = Annotated[str, AfterValidator(image_template)]
