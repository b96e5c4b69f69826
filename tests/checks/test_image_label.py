"""Whether the image's label names the commit: in a ship, and for somebody who only asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shippy.checks import Subject
from shippy.checks.image_label import image_label
from shippy.errors import Unavailable
from shippy.model import CheckResult, Image, Verdict
from tests.checks.subjects import subject_of
from tests.fakes.codehost import FakeCodeHost
from tests.fakes.fleet import FakeFleet

LABEL = "org.opencontainers.image.revision"


@pytest.fixture
def fleet() -> FakeFleet:
    return FakeFleet()


@pytest.fixture
def subject(fleet: FakeFleet) -> Subject:
    code = FakeCodeHost()
    code.commit("feature-x")
    return replace(subject_of(code, image_label=LABEL), fleet=fleet)


def image_of(subject: Subject) -> Image:
    return subject.fleet.resolve(f"registry.example.com/acme/web:{subject.revision.commit}")


def result(subject: Subject) -> CheckResult:
    (found,) = image_label(subject)
    return found


def pulled(subject: Subject) -> None:
    subject.fleet.pull(image_of(subject), lambda _: None)


def test_a_label_that_names_the_commit_passes(subject: Subject, fleet: FakeFleet) -> None:
    fleet.label(image_of(subject).reference, **{LABEL: subject.revision.commit})
    pulled(subject)
    assert result(subject).verdict is Verdict.PASSED


def test_a_label_that_names_another_commit_or_none_fails(subject: Subject, fleet: FakeFleet) -> None:
    pulled(subject)
    found = result(subject)
    assert found.verdict is Verdict.FAILED
    assert found.detail == f"it has no label {LABEL}; have its build set it to the commit"
    fleet.label(image_of(subject).reference, **{LABEL: "v1.2"})
    found = result(subject)
    assert found.verdict is Verdict.FAILED
    commit = subject.revision.commit
    assert found.detail == f"its label {LABEL} says v1.2, and not {commit[:8]}; build it anew"


def test_somebody_who_only_asks_has_nothing_pulled(subject: Subject, fleet: FakeFleet) -> None:
    found = result(subject)
    assert (found.verdict, found.detail) == (
        Verdict.PENDING,
        "no host has it yet; ship has it pulled, and looks at its label",
    )
    assert [name for name, _ in fleet.calls] == ["resolve", "labels"]


def test_an_image_that_is_not_built_yet_is_waited_for(subject: Subject, fleet: FakeFleet) -> None:
    fleet.missing.add(image_of(subject).reference)
    found = result(subject)
    assert found.verdict is Verdict.PENDING
    assert "there is no image" in found.detail


def test_in_a_ship_it_waits_for_the_pull_and_a_pull_that_fails_everywhere_is_no_verdict(subject: Subject) -> None:
    def fetched() -> Image:
        pulled(subject)
        return image_of(subject)

    assert result(replace(subject, fetched=fetched)).verdict is Verdict.FAILED
    with pytest.raises(Unavailable, match="no host could pull it"):
        image_label(replace(subject, fetched=lambda: Image("acme/other:1", "sha256:0")))


def test_it_is_not_looked_at_where_no_label_is_named() -> None:
    code = FakeCodeHost()
    assert image_label(subject_of(code, code.main)) == ()
