"""The words of shippy as values: what every layer talks about, with no idea of Slack, GitHub, Docker or HAProxy."""

from shippy.model.approving import Approval, ApprovalReason, Owner, Rule
from shippy.model.checks import UP_TO_DATE, CheckResult, Level, Verdict, only_pending
from shippy.model.code import Author, Budget, Comparison, OpenPull, PullRequest, Revision, Status
from shippy.model.deploy import Deploy, Live, Phase, Ramp, Setback
from shippy.model.fleet import Container, HostProgress, HostStep, Image, Release, StoredImage
from shippy.model.freezing import Frozen, Once, Weekly, Window, frozen
from shippy.model.judgement import Counts, Judgement, Measure, Opinion, SlotCounts
from shippy.model.merging import MergeMethod, MergeRefusal, Standing
from shippy.model.people import Person, Place
from shippy.model.pins import Pins
from shippy.model.plans import BalancerPlan, HostPlan
from shippy.model.prefetched import Prefetched
from shippy.model.pulls import ChangedFiles, PullState, Review, Reviews, ReviewState
from shippy.model.traffic import ALL, NONE, Endpoint, Routing, Share, Slot, Traffic
from shippy.model.turns import Closure, Turns

__all__ = [
    "ALL",
    "NONE",
    "UP_TO_DATE",
    "Approval",
    "ApprovalReason",
    "Author",
    "BalancerPlan",
    "Budget",
    "ChangedFiles",
    "CheckResult",
    "Closure",
    "Comparison",
    "Container",
    "Counts",
    "Deploy",
    "Endpoint",
    "Frozen",
    "HostPlan",
    "HostProgress",
    "HostStep",
    "Image",
    "Judgement",
    "Level",
    "Live",
    "Measure",
    "MergeMethod",
    "MergeRefusal",
    "Once",
    "OpenPull",
    "Opinion",
    "Owner",
    "Person",
    "Phase",
    "Pins",
    "Place",
    "Prefetched",
    "PullRequest",
    "PullState",
    "Ramp",
    "Release",
    "Review",
    "ReviewState",
    "Reviews",
    "Revision",
    "Routing",
    "Rule",
    "Setback",
    "Share",
    "Slot",
    "SlotCounts",
    "Standing",
    "Status",
    "StoredImage",
    "Traffic",
    "Turns",
    "Verdict",
    "Weekly",
    "Window",
    "frozen",
    "only_pending",
]
