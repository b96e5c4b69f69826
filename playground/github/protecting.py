"""What a protected branch demands of a commit before it takes it."""

from __future__ import annotations

from collections import Counter

from playground.github.hosted import Hosted, Protection
from playground.github.rulesets import contexts_for

EXPECTED, PENDING, FAILING = "expected", "pending", "failing"
WORST_LAST = ("success", "pending", "failure", "error")
STATES = {"pending": PENDING, "failure": FAILING, "error": FAILING}


def unmet(hosted: Hosted, branch: str, sha: str) -> str | None:
    """GitHub's sentence about what is missing for a commit to be merged into a branch; None if nothing is."""
    protection = hosted.protections.get(branch) or Protection()
    contexts = tuple(dict.fromkeys([*protection.contexts, *contexts_for(hosted.rulesets, branch)]))
    if protection.approvals > hosted.approvals(branch, sha):
        number = protection.approvals
        reviews = "approving review is" if number == 1 else "approving reviews are"
        return f"At least {number} {reviews} required by reviewers with write access."
    # Of a status and a check run with the same name, both have to succeed.
    reports = sorted(hosted.reports(sha), key=lambda report: WORST_LAST.index(report.state))
    states = {report.context: report.state for report in reports}
    wanting = {context: STATES.get(states[context], "") if context in states else EXPECTED for context in contexts}
    wanting = {context: state for context, state in wanting.items() if state}
    if not wanting:
        return None
    if len(wanting) == 1:
        ((context, state),) = wanting.items()
        return f'Required status check "{context}" is {state}.'
    counted = " and ".join(f"{count} {state}" for state, count in Counter(wanting.values()).items())
    return f"{len(wanting)} of {len(contexts)} required status checks have not succeeded: {counted}."
