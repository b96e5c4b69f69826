"""The words of shippy as values: what every layer talks about, with no idea of Slack, GitHub, Docker or HAProxy."""

from shippy.model.code import CheckResult, Comparison, PullRequest, Revision, Status, Verdict
from shippy.model.deploy import Deploy, Live, Phase
from shippy.model.fleet import Container, HostProgress, HostStep, Image, Release
from shippy.model.people import Person, Place
from shippy.model.traffic import ALL, NONE, Endpoint, Routing, Share, Slot, Traffic

__all__ = [
    "ALL",
    "NONE",
    "CheckResult",
    "Comparison",
    "Container",
    "Deploy",
    "Endpoint",
    "HostProgress",
    "HostStep",
    "Image",
    "Live",
    "Person",
    "Phase",
    "Place",
    "PullRequest",
    "Release",
    "Revision",
    "Routing",
    "Share",
    "Slot",
    "Status",
    "Traffic",
    "Verdict",
]
