"""Images that are on the hosts before somebody ships them."""

from __future__ import annotations

from dataclasses import dataclass

from shippy.model.code import Revision
from shippy.model.fleet import Image


@dataclass(frozen=True, slots=True)
class Prefetched:
    """What an open pull request brings, and the image that is built of it."""

    revision: Revision
    image: Image
