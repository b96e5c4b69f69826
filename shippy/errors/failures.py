"""What goes wrong in the world outside, or in shippy itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shippy.errors.base import ShippyError
from shippy.model import HostStep, MergeRefusal


@dataclass
class HostFailed(ShippyError):
    """A step on a host failed. `exit_code` and `log` (last lines) are those of the container, where there was one."""

    host: str
    step: HostStep
    reason: str
    exit_code: int | None = None
    log: tuple[str, ...] = ()


@dataclass
class TooFewHosts(ShippyError):
    ready: int
    needed: int
    failures: tuple[HostFailed, ...]


@dataclass
class ImageNotFound(ShippyError):
    """The registry does not have it; `answer` is what it said."""

    reference: str
    answer: str


@dataclass
class BalancersRefused(ShippyError):
    """No balancer has the change: it was taken back where it had been made.

    `failures` tells for each balancer that refused what it said; `stuck` names those that could not be put back.
    """

    failures: Mapping[str, str]
    stuck: tuple[str, ...] = ()


@dataclass
class MergeRefused(ShippyError):
    """GitHub would not merge, or shippy would not ask it to; `reason` is its answer, or what shippy has found."""

    reason: str
    kind: MergeRefusal = MergeRefusal.OTHER


@dataclass
class Unavailable(ShippyError):
    """`what` (GitHub, the registry, Slack, …) did not answer, or not as it should; `why` is one line.

    `retry_after` is seconds, where it was told.
    """

    what: str
    why: str
    retry_after: float | None = None


@dataclass
class ConfigProblem:
    """One mistake: the key path ("apps.web.health.timeout") and what was expected there."""

    path: str
    expected: str


@dataclass
class InternalError(ShippyError):
    """`request` finds the traceback in the log."""

    request: str


class ConfigInvalid(ShippyError):
    def __init__(self, file: str, problems: Sequence[ConfigProblem]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = tuple(problems)


@dataclass
class JournalFailed(ShippyError):
    why: str


@dataclass
class LeaseLost(ShippyError):
    """Another daemon has the journal, or may have it: this one does nothing any more, not even an abort."""

    why: str
