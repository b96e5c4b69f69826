"""Those who are in the chat and on GitHub are known by one e-mail address in both."""

from __future__ import annotations

from playground.sample.branches import BRANCHES
from playground.sample.people import DANA, DEVELOPERS, KIM, LEE
from playground.slack.seed import load


def test_whoever_ships_has_the_same_address_in_the_chat_and_on_github() -> None:
    chat = load().directory
    for person in (DANA, KIM, LEE):
        user = chat.user_named(person.login)
        assert user is not None
        assert (user.real_name, user.email) == (person.name, person.email)
        assert person in DEVELOPERS


def test_some_authors_are_in_the_chat_and_some_are_not() -> None:
    chat = load().directory
    found = {branch.author.login: chat.user_named(branch.author.login) is not None for branch in BRANCHES}
    assert set(found.values()) == {True, False}
