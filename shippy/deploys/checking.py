"""The checks of a deploy, and of a question about one."""

from __future__ import annotations

from shippy.checks import Subject
from shippy.deploys.site import Site
from shippy.model import Live, Person, Revision
from shippy.ports import Clock


def subject_of(
    site: Site, revision: Revision, person: Person, clock: Clock, *, deploy: str | None = None, live: Live | None = None
) -> Subject:
    """What the checks are given of a revision that somebody ships to an app, or asks about."""
    return Subject(
        app=site.name,
        settings=site.settings,
        revision=revision,
        person=person,
        code=site.code,
        fleet=site.fleet,
        clock=clock,
        deploy=deploy,
        live=live,
    )
