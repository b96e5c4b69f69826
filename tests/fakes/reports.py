"""What is reported of the commits of a repository in memory, and what its branches ask for."""

from __future__ import annotations

from collections import defaultdict

from shippy.model import Status

WORST_FIRST = ("error", "failure", "pending", "success")
CONCLUSIONS = {
    **dict.fromkeys(("success", "skipped", "neutral"), "success"),
    **dict.fromkeys(("queued", "in_progress"), "pending"),
}


class FakeReports:
    """`required` are the contexts that a branch's own protection asks for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._statuses: defaultdict[str, dict[str, Status]] = defaultdict(dict)
        self._runs: defaultdict[str, dict[str, Status]] = defaultdict(dict)
        self.required: dict[str, tuple[str, ...]] = {}

    def set_status(self, commit: str, context: str, state: str = "success", description: str = "") -> Status:
        status = Status(context=context, state=state, description=description, url=f"{self._url}/ci/{context}")
        self._statuses[commit][context] = status
        return status

    def set_check_run(self, commit: str, name: str, state: str, title: str = "") -> None:
        """`state` is a conclusion (success, skipped, timed_out …), or that of a run without one (queued …)."""
        verdict = CONCLUSIONS.get(state, "failure")
        words = "" if state == "success" else state.replace("_", " ")
        if words and verdict == "success":
            words = f"{words}, which GitHub lets pass"
        told = title or words if verdict == "pending" else ": ".join(filter(None, [words, title]))
        self._runs[commit][name] = Status(name, verdict, told, f"{self._url}/runs/{name}")

    def protect(self, branch: str, *contexts: str) -> None:
        self.required[branch] = contexts

    def of(self, commit: str) -> dict[str, Status]:
        found = dict(self._statuses[commit])
        for name, run in self._runs[commit].items():
            other = found.get(name, run)
            found[name] = min(run, other, key=lambda one: WORST_FIRST.index(one.state))
        return found
