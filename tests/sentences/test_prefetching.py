"""What is said of images that are on the hosts before somebody ships them."""

from __future__ import annotations

import pytest

from shippy.answers import AheadReport, HostsReport
from shippy.errors import HostFailed
from shippy.model import HostStep, Image, Prefetched, PullRequest, Revision, StoredImage
from shippy.sentences import render
from shippy.sentences.prefetching import amount

MIB = 2**20


def prefetched(number: int, branch: str | None) -> Prefetched:
    pull = PullRequest(number, "A title", f"https://github.example.com/pull/{number}", "master")
    commit = f"{number}f8e7d6c5b4a39281706f5e4d3c2b1a098765432"
    return Prefetched(Revision(f"#{number}", commit, branch, pull), Image(f"acme/web:{commit}", f"sha256:{number}"))


TWO = (prefetched(12, "feature-x"), prefetched(15, None))
AWAY = HostFailed("web4", HostStep.CONNECTING, "does not answer")
HAVE_BOTH = (StoredImage("sha256:12", 95 * MIB), StoredImage("sha256:15", 105 * MIB), StoredImage("sha256:0", MIB))
HAS_ONE = (StoredImage("sha256:12", 95 * MIB),)


def said(wanted: tuple[Prefetched, ...] | None, label: str | None = None, **hosts: object) -> list[str]:
    report = AheadReport(wanted, label, 5 * 2**30, hosts)  # type: ignore[arg-type] # what a test gives is of the type
    return render(HostsReport("web", None, {}, report), bot="shippy").splitlines()


def test_hosts_with_the_same_images_are_told_together_with_what_that_takes() -> None:
    assert said(TWO, web1=HAVE_BOTH, web2=HAVE_BOTH, web3=HAS_ONE, web4=AWAY, web5=()) == [
        "Prefetched on web1 and web2: #12 (feature-x at 12f8e7d6, 95 MiB) and #15 (15f8e7d6, 105 MiB); "
        "200 MiB of 5 GiB.",
        "Prefetched on web3: #12 (feature-x at 12f8e7d6, 95 MiB); #15 to come; 95 MiB of 5 GiB.",
        "Prefetched on web5: nothing; #12 and #15 to come; 0 bytes of 5 GiB.",
    ]


def test_why_there_is_nothing_is_told() -> None:
    assert said(()) == ["Prefetched: nothing, because no open pull request has a green build."]
    assert said((), "prefetch") == [
        "Prefetched: nothing, because no open pull request with the label prefetch has a green build."
    ]
    assert said(None) == ["Prefetched: not known yet, GitHub has not said which builds are green."]


def test_an_app_without_says_nothing_of_it() -> None:
    assert render(HostsReport("web", None, {}), bot="shippy") == ""


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 bytes"),
        (950, "950 bytes"),
        (2**10, "1 KiB"),
        (int(1.5 * 2**20), "1.5 MiB"),
        (95 * MIB, "95 MiB"),
        (5 * 2**30, "5 GiB"),
        (2**50, "1024 TiB"),
    ],
)
def test_an_amount_is_as_exact_as_somebody_needs_it(size: int, told: str) -> None:
    assert amount(size) == told
