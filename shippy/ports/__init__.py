"""What the core needs of the world outside: one Protocol each, implemented by the adapters and by the tests' fakes.

A contract suite in tests/contract holds every implementation to the docstrings here. All of them may raise
`Unavailable` when what they talk to does not answer; none of them waits without a time-out.
"""

from shippy.ports.code import CodeHost
from shippy.ports.machines import Balancers, Fleet, Metrics
from shippy.ports.recording import Clock, Journal
from shippy.ports.talking import Directory, Listener, Request

__all__ = [
    "Balancers",
    "Clock",
    "CodeHost",
    "Directory",
    "Fleet",
    "Journal",
    "Listener",
    "Metrics",
    "Request",
]
