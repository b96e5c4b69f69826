"""Whether the image's label names the commit that is shipped."""

from __future__ import annotations

from shippy.checks.subject import Subject
from shippy.errors import ImageNotFound, Unavailable
from shippy.model import CheckResult, Image, Verdict
from shippy.sentences import explain

NAME = "image"


def image_label(subject: Subject) -> tuple[CheckResult, ...]:
    """Read from a host's engine once it has the image, because asking the registry itself would take its credentials.

    So a ship waits for the first host that has pulled it, and somebody who only asks is told of what is there.
    """
    label = subject.settings.checks.image_label
    if label is None:
        return ()
    try:
        image = _image(subject)
    except ImageNotFound as error:
        return (CheckResult(NAME, Verdict.PENDING, f"{explain(error)}; its build may have to come to its end"),)
    labels = subject.fleet.labels(image)
    if labels is None and subject.fetched is not None:
        raise Unavailable("the image", "no host could pull it")
    if labels is None:
        return (CheckResult(NAME, Verdict.PENDING, "no host has it yet; ship has it pulled, and looks at its label"),)
    return (_judged(label, labels.get(label), subject.revision.commit),)


def _image(subject: Subject) -> Image:
    if subject.fetched is not None:
        return subject.fetched()
    return subject.fleet.resolve(subject.settings.image.replace("{commit}", subject.revision.commit))


def _judged(label: str, told: str | None, commit: str) -> CheckResult:
    if told == commit:
        return CheckResult(NAME, Verdict.PASSED, f"its label says {commit:.8}")
    if told is None:
        return CheckResult(NAME, Verdict.FAILED, f"it has no label {label}; have its build set it to the commit")
    return CheckResult(NAME, Verdict.FAILED, f"its label {label} says {told:.50}, and not {commit:.8}; build it anew")
