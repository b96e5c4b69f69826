"""Links that show a release to one browser, whatever its share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pins:
    """Both are links to the public address: `pin` fixes the browser that opens it to the candidate, `unpin` frees it.

    They mean nothing after `until`, nor to any other deploy.
    """

    pin: str
    unpin: str
    until: datetime
