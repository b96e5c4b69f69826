"""The pre-deploy checks: a file a check, and one table of them."""

from shippy.checks.running import run_checks
from shippy.checks.subject import Subject

__all__ = ["Subject", "run_checks"]
