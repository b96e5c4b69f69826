"""What a protected branch demands of a commit before it takes it."""

from __future__ import annotations

from collections import Counter

from playground.github.hosted import Hosted

EXPECTED, PENDING, FAILING = "expected", "pending", "failing"
STATES = {"pending": PENDING, "failure": FAILING, "error": FAILING}


def unmet(hosted: Hosted, branch: str, sha: str) -> str | None:
    """GitHub's sentence about what is missing for a commit to be merged into a branch; None if nothing is."""
    protection = hosted.protections.get(branch)
    if protection is None:
        return None
    if protection.approvals:
        number = protection.approvals
        reviews = "approving review is" if number == 1 else "approving reviews are"
        return f"At least {number} {reviews} required by reviewers with write access."
    states = {status.context: status.state for status in hosted.latest_statuses(sha)}
    wanting = {
        context: STATES.get(states[context], "") if context in states else EXPECTED for context in protection.contexts
    }
    wanting = {context: state for context, state in wanting.items() if state}
    if not wanting:
        return None
    if len(wanting) == 1:
        ((context, state),) = wanting.items()
        return f'Required status check "{context}" is {state}.'
    counted = " and ".join(f"{count} {state}" for state, count in Counter(wanting.values()).items())
    total = len(protection.contexts)
    return f"{len(wanting)} of {total} required status checks have not succeeded: {counted}."
