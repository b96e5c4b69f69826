"""The section of the config file that is about the merge."""

from __future__ import annotations

from shippy.config.section import Section
from shippy.model import MergeMethod


class MergeSettings(Section):
    """How a deploy gets into the main branch, and whether its own branch is deleted then."""

    method: MergeMethod = MergeMethod.MERGE
    delete_branch: bool = False
