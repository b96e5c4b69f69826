"""Every sentence that shippy says, so that it has one voice. All of it is pure.

Plain text: what escapes it for a chat, or prints it, is elsewhere. `bot` is the name that commands begin with.
"""

from shippy.sentences.causes import explain
from shippy.sentences.drifting import narrate_app
from shippy.sentences.leaving import look_for_merge, revert_merge
from shippy.sentences.logs import Quote, indented
from shippy.sentences.narration import narrate
from shippy.sentences.on_github import merge_message, revert_message
from shippy.sentences.reports import render
from shippy.sentences.showing import deployment_comment, deployment_description
from shippy.sentences.waiting import narrate_lock

__all__ = [
    "Quote",
    "deployment_comment",
    "deployment_description",
    "explain",
    "indented",
    "look_for_merge",
    "merge_message",
    "narrate",
    "narrate_app",
    "narrate_lock",
    "render",
    "revert_merge",
    "revert_message",
]
