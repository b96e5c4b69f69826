"""Who is who: the config's word first, then the e-mail address that both know, and nothing where nobody tells."""

from __future__ import annotations

import logging

import pytest

from shippy.commands.identities import LOGIN_SECONDS, Identities
from shippy.errors import Unavailable
from shippy.model import Author, Person
from tests.fakes.chat import FakeDirectory
from tests.fakes.codehost import FakeCodeHost

DANA, KIM = Person("U1", "dana"), Person("U2", "kim")
CHAT = FakeDirectory(emails={"U1": "Dana@Example.com", "U2": "kim@example.com"})


@pytest.fixture
def code() -> FakeCodeHost:
    code = FakeCodeHost()
    code.people.add("kim-gh", "kim@example.com")
    return code


def test_the_config_says_who_somebody_is_and_nobody_else_is_asked(code: FakeCodeHost) -> None:
    code.people.add("dana-elsewhere", "dana@example.com")
    assert Identities({"U1": "dana-gh"}, CHAT, code.login_of).login_of(DANA) == "dana-gh"
    assert code.calls == []


def test_an_address_that_both_know_tells_who_somebody_is(code: FakeCodeHost) -> None:
    assert Identities({"U1": "dana-gh"}, CHAT, code.login_of).login_of(KIM) == "kim-gh"


def test_a_name_is_no_identity(code: FakeCodeHost) -> None:
    code.people.add("eve", "eve@example.com")
    identities = Identities({"U1": "dana-gh"}, CHAT, code.login_of)
    assert identities.login_of(Person("U9", "U1")) is None
    assert identities.login_of(Person("U9", "kim")) is None


def test_somebody_at_the_machine_is_nobody_on_github_unless_the_config_says_so(code: FakeCodeHost) -> None:
    root = Person("U2", "root", local=True)
    assert Identities({}, CHAT, code.login_of).login_of(root) is None
    assert Identities({"U2": "ops"}, CHAT, code.login_of).login_of(root) == "ops"


def test_github_is_asked_once_and_again_after_a_while(code: FakeCodeHost) -> None:
    times = [0.0]
    identities = Identities({}, CHAT, code.login_of, now=lambda: times[0])
    for seconds in (0, LOGIN_SECONDS - 1, LOGIN_SECONDS + 1):
        times[0] = seconds
        assert identities.login_of(KIM) == "kim-gh"
        assert identities.login_of(DANA) is None
    assert len(code.calls) == 4


def test_who_is_not_told_is_nobody_and_is_asked_for_again(code: FakeCodeHost, caplog: pytest.LogCaptureFixture) -> None:
    identities = Identities({}, CHAT, code.login_of)
    code.go_down()
    with caplog.at_level(logging.WARNING):
        assert identities.login_of(KIM) is None
    assert "the login of U2 is not known: no answer within 10 s" in caplog.text
    with pytest.raises(Unavailable):
        identities.proven_login(KIM)
    code.come_back()
    assert identities.login_of(KIM) == "kim-gh"


def test_an_author_is_found_by_login_in_the_config_and_else_by_address(code: FakeCodeHost) -> None:
    identities = Identities({"U1": "dana-gh"}, CHAT, code.login_of)
    noreply = "1+dana@users.noreply.github.com"
    assert identities.person_of(Author("Dana-GH", "Dana", noreply)) == "U1"
    assert identities.person_of(Author("kim-gh", "Kim", "KIM@example.com")) == "U2"
    assert identities.person_of(Author(None, "Kim", "kim@example.com")) == "U2"
    assert identities.person_of(Author("ada", "Ada", "ada@example.com")) is None
    assert identities.person_of(Author(None, "Nobody", "")) is None


def test_an_author_is_nobody_while_the_chat_does_not_tell(code: FakeCodeHost) -> None:
    gone = FakeDirectory(emails=CHAT.emails, gone=True)
    identities = Identities({"U1": "dana-gh"}, gone, code.login_of)
    assert identities.person_of(Author(None, "Kim", "kim@example.com")) is None
    assert identities.person_of(Author("dana-gh", "Dana", "")) == "U1"
