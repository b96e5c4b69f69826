"""The sections of a team's own checks."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr

from shippy.config.section import Section
from shippy.config.values import Text, Timeout, WebUrl


def words(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("a program, and what it is called with")
    return value


class HttpCheck(Section):
    """`headers` are sent with the request; their values are taken for secrets."""

    url: WebUrl
    headers: dict[Text, SecretStr] = Field(default_factory=dict)
    timeout: Timeout = 10.0


class CommandCheck(Section):
    """A program that is run without a shell; what is in `environment` is added to what every such check gets."""

    command: Annotated[tuple[Text, ...], AfterValidator(words)]
    environment: dict[Text, SecretStr] = Field(default_factory=dict)
    timeout: Timeout = 60.0


PackageSettings = dict[str, Any]
"""What a check of another package is given as its settings: that package knows what may be in it."""
