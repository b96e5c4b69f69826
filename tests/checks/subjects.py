"""What the tests of checks ask about: a ref of a repository in memory."""

from __future__ import annotations

from typing import Any

from shippy.checks import Subject
from shippy.model import Revision
from tests.fakes.clock import FakeClock
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet
from tests.world import DANA, app_settings


def subject_of(
    code: FakeCodeHost, ref: str | Revision = "feature-x", clock: FakeClock | None = None, **checks: Any
) -> Subject:
    """Somebody asks about a ref, with these keys in the section `checks` of the config and no others."""
    return Subject(
        app="web",
        settings=app_settings(checks=checks),
        revision=ref if isinstance(ref, Revision) else code.resolve(ref),
        person=DANA,
        code=code,
        fleet=FakeFleet(),
        clock=clock or FakeClock(),
    )
