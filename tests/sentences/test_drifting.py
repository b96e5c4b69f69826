from __future__ import annotations

import pytest

from shippy.events import Drifted, Entry, Mended, Part, Seen, Settled, Started, Swept
from shippy.sentences import narrate_app
from tests.journal.events import of_kind
from tests.sentences.rules import keep_the_rules
from tests.sentences.samples import AT


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            Drifted("web", Part.CONTAINER, "web1", "the live one has exited"),
            "web: something is wrong with the container on web1: the live one has exited.",
        ),
        (
            Drifted("web", Part.BALANCER, "lb1", "connection refused."),
            "web: something is wrong with the balancer lb1: connection refused.",
        ),
        (Settled("web", Part.HOST, "web2"), "web: the host web2 is all right again."),
        (
            Mended("web", Part.BALANCER, "lb1"),
            "web: something was wrong with the balancer lb1; it has been put right.",
        ),
        (Swept("web", "web2", ("a",)), "web: removed 1 container that ended deploys had left on web2."),
        (Swept("web", "web2", ("a", "b")), "web: removed 2 containers that ended deploys had left on web2."),
    ],
)
def test_what_is_seen_of_an_app_has_its_words(event: Seen, words: str) -> None:
    told = narrate_app(Entry(1, AT, event))
    assert told == words
    keep_the_rules(told)


def test_what_happens_to_a_deploy_is_told_elsewhere() -> None:
    assert narrate_app(Entry(1, AT, of_kind(Started))) is None
