"""The pre-deploy checks: a file a check, and one table of them."""

from shippy.checks.subject import Subject
from shippy.checks.table import run_checks

__all__ = ["Subject", "run_checks"]
