"""Whose approval of a pull request counts, and why that of others does not.

GitHub's own rules are: nobody approves their own pull request; of each reviewer the last word counts, and comments are
none; changes that somebody has requested who may push stand in the way until they approve, or their review is
dismissed. https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shippy.checks.subject import Subject
from shippy.config.reviewing import Approvals, is_team
from shippy.model import PullRequest, Review, Reviews, ReviewState


@dataclass(frozen=True, slots=True)
class Words:
    """What the reviewers of a pull request say now.

    Attributes:
        approved: those whose approval counts.
        against: those who have requested changes and may push.
        discounted: what is to be said of each approval that does not count.
    """

    approved: tuple[str, ...]
    against: tuple[str, ...]
    discounted: tuple[str, ...]


def logins(subject: Subject, named: Iterable[str]) -> frozenset[str]:
    """Those who are named, and everybody in a team that is, in small letters. Raises Unavailable."""
    names = list(named)
    teams = (subject.code.team(name) for name in names if is_team(name))
    return frozenset(name.casefold() for name in names if not is_team(name)).union(*teams)


def called(name: str) -> str:
    """What to call somebody, or a team, without mentioning them."""
    return f"somebody in {name}" if is_team(name) else name


def words(subject: Subject, pull: PullRequest, rules: Approvals) -> Words:
    """Ask GitHub for the reviews, and judge them by the rules; `needed` is not looked at."""
    reviews = subject.code.reviews(pull.number)
    standing = reviews.standing.values()
    approvals = [review for review in standing if review.state is ReviewState.APPROVED]
    by = logins(subject, rules.by) if rules.by and approvals else None
    told = {review.login: _reason(subject, reviews, review, by, stale=rules.stale) for review in approvals}
    reasons = {login: reason for login, reason in told.items() if reason}
    asked_for_changes = (review.login for review in standing if review.state is ReviewState.CHANGES_REQUESTED)
    candidates = [review.login for review in approvals if review.login not in reasons]
    if candidates and not rules.own:
        comparison = subject.code.compare(pull.base, subject.revision.commit)
        authors = {author.login.casefold() for author in comparison.authors if author.login}
        reasons |= {login: f"{login} has written commits of it" for login in candidates if login.casefold() in authors}
    outsiders = (login for login in candidates if login not in reasons and not subject.code.may_push(login))
    reasons |= {login: f"{login} may not push here" for login in outsiders}
    return Words(
        approved=tuple(login for login in candidates if login not in reasons),
        against=tuple(login for login in asked_for_changes if subject.code.may_push(login)),
        discounted=tuple(reasons.values()),
    )


def _reason(
    subject: Subject, reviews: Reviews, review: Review, by: frozenset[str] | None, *, stale: bool
) -> str | None:
    """Why an approval does not count, as far as the reviews alone tell; `by` are those whose approvals count."""
    return next(_reasons(subject, reviews, review, by, stale=stale), None)


def _reasons(
    subject: Subject, reviews: Reviews, review: Review, by: frozenset[str] | None, *, stale: bool
) -> Iterator[str]:
    if reviews.author is not None and review.login.casefold() == reviews.author.casefold():
        yield f"{review.login} has opened it"
    if by is not None and review.login.casefold() not in by:
        yield f"{review.login} is not one of those who have to approve"
    if not stale and review.commit != subject.revision.commit:
        yield f"{review.login} has approved an earlier commit"
