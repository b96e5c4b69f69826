from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.errors import JournalFailed
from shippy.events import CommandReceived, Event, HostGaveUp, ShareChanging
from shippy.journal.codec import decode, encode, kind_of
from shippy.model import HostStep, Person, Place
from tests.journal.events import EVERY_KIND, of_kind


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_what_is_encoded_is_decoded_to_the_same(kind: type[Event]) -> None:
    event = of_kind(kind)
    assert decode(*encode(event)) == event


@given(text=st.text())
def test_whatever_somebody_typed_is_kept(text: str) -> None:
    typed = CommandReceived("r1", Person("U1", "Anna"), Place("C1"), text)
    assert decode(*encode(typed)) == typed


def test_half_a_character_cannot_be_recorded() -> None:
    with pytest.raises(JournalFailed, match="'command_received' with text that is not Unicode"):
        encode(CommandReceived("r1", Person("U1", "Anna"), Place("C1"), "ship \ud83d"))


def test_a_kind_is_the_name_of_its_type() -> None:
    assert kind_of(ShareChanging) == "share_changing"
    assert kind_of(HostGaveUp) == "host_gave_up"
    assert len({kind_of(kind) for kind in EVERY_KIND}) == len(EVERY_KIND)


def test_a_field_that_an_older_version_did_not_write_takes_its_default() -> None:
    payload = '{"deploy": "d1", "app": "web", "host": "web1", "step": "starting", "reason": "exited"}'
    assert decode("host_gave_up", payload) == HostGaveUp("d1", "web", "web1", HostStep.STARTING, "exited", None, ())


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_field_that_only_a_newer_version_knows_is_passed_over(kind: type[Event]) -> None:
    name, payload = encode(of_kind(kind))
    assert decode(name, json.dumps({**json.loads(payload), "mood": "sunny"})) == of_kind(kind)


def test_a_kind_that_only_a_newer_version_knows_is_refused() -> None:
    with pytest.raises(JournalFailed, match="'moon_landed', which this version of shippy does not know"):
        decode("moon_landed", "{}")


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        ("not json", "everything"),
        ('{"deploy": "d1"}', "app, slot, cut"),
        ('{"deploy": "d1", "app": "web", "slot": "red", "cut": 0}', "slot"),
    ],
)
def test_fields_that_cannot_be_read_are_named(payload: str, where: str) -> None:
    with pytest.raises(JournalFailed) as failed:
        decode("drained", payload)
    assert failed.value.why == f"an event of the kind 'drained' that cannot be read ({where})"
