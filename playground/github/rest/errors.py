"""What the REST API refuses, in GitHub's form: a status, a message, and where to read about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass
class Refusal(Exception):
    status: int
    message: str
    errors: Sequence[dict[str, str]] = ()

    def as_json(self) -> dict[str, object]:
        body: dict[str, object] = {"message": self.message}
        if self.errors:
            body["errors"] = list(self.errors)
        return {**body, "documentation_url": DOCUMENTATION, "status": str(self.status)}


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def no_commit(sha: str) -> Refusal:
    """GitHub's answer to a name or SHA that is no commit, and to a short SHA that could be several."""
    return Refusal(422, f"No commit found for SHA: {sha}")


def invalid(resource: str, field: str, code: str, message: str = "") -> Refusal:
    """A field of the request that cannot be accepted; `code` is missing, missing_field, invalid or custom."""
    error = {"resource": resource, "field": field, "code": code}
    return Refusal(422, "Validation Failed", [{**error, "message": message} if message else error])
