"""Who is in the shell."""

from __future__ import annotations

import os
import pwd

from shippy.model import Person


def somebody() -> Person:
    """Whoever runs this process, as the daemon would name them on its local socket."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return Person(f"local:{name}", name, local=True)
