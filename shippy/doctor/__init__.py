"""Tries every connection and permission that the daemon will need, changes nothing, and says what is missing."""

from shippy.doctor.manifest import slack_manifest
from shippy.doctor.report import examine

__all__ = ["examine", "slack_manifest"]
