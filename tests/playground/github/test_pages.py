"""The pages that people look at."""

from __future__ import annotations

import re

import pytest
import requests

from playground.github.client import Hub

EVIL = '<script>alert("1")</script>'


def page(url: str) -> str:
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    return answer.text


def test_the_repository_shows_its_pull_requests_with_their_statuses(hub: Hub) -> None:
    sha = hub.push_file("topic", "a.txt", "a\n", "Add a")
    hub.open_pull("topic", "The topic")
    hub.push_file("alone", "b.txt", "b\n", "Add b")
    hub.set_status(sha, "ci/build", "failure", description="exit code 2", target_url="http://ci.example.com/7")
    shown = page(hub.page)
    for text in ("The topic", "ci/build", "exit code 2", "http://ci.example.com/7", "alone", "1 ahead"):
        assert text in shown


def test_signing_off_puts_the_status_on_the_commit_that_was_shown(hub: Hub) -> None:
    hub.add_person("quinn", "Quinn Hale", "quinn@acme.example")
    shown = hub.push_file("topic", "a.txt", "a\n", "Add a")
    hub.open_pull("topic", "The topic")
    later = hub.push_file("topic", "a.txt", "b\n", "Not seen by QA")
    form = {"sha": shown, "person": "quinn", "back": "//elsewhere.example.com"}
    answer = requests.post(f"{hub.page}/sign-off", data=form, timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{hub.full_name}")
    status = hub.statuses(shown)["qa/sign-off"]
    assert (status["state"], status["description"]) == ("success", "signed off by Quinn Hale")
    assert hub.statuses(later) == {}


def test_the_button_updates_a_branch_that_is_behind(hub: Hub) -> None:
    hub.add_person("quinn", "Quinn Hale", "quinn@acme.example")
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    master = hub.push_file("master", "b.txt", "b\n", "Add b")
    number = hub.open_pull("topic", "The topic")
    assert "Update branch" in page(f"{hub.page}/pull/{number}")
    requests.post(f"{hub.page}/pull/{number}/update", data={"person": "quinn"}, timeout=10).raise_for_status()
    assert "Update branch" not in page(f"{hub.page}/pull/{number}")
    with hub.checkout() as checkout:
        checkout.switch("topic")
        assert checkout.git("merge-base", "HEAD", master) == master


def test_the_comparison_shows_the_commits_and_the_diff(hub: Hub) -> None:
    hub.push_file("feature/größe", "README.md", "hello <world>\n", "Greet the world")
    shown = page(f"{hub.page}/compare/master...feature/größe")
    for text in ("Greet the world", "-hello", "+hello &lt;world&gt;", "1 changed file"):
        assert text in shown


@pytest.mark.parametrize("place", ["", "/pull/1", "/compare/master...topic", "/commit/topic"])
def test_nothing_that_people_write_becomes_markup(hub: Hub, place: str) -> None:
    sha = hub.push_file("topic", f"{EVIL.replace('/', '')}.txt", EVIL, EVIL)
    hub.open_pull("topic", EVIL, body=EVIL)
    hub.set_status(sha, EVIL, "success", description=EVIL, target_url="javascript:alert(1)")
    shown = page(hub.page + place)
    assert "alert(" in shown
    assert "<script>" not in shown
    assert "javascript:" not in shown


def test_pages_load_nothing_from_elsewhere(hub: Hub) -> None:
    hub.push_file("topic", "a.txt", "a\n", "Add a")
    hub.open_pull("topic", "The topic")
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', page(hub.page))
    assert loaded
    assert all(address.startswith("/playground/static/") for address in loaded)


@pytest.mark.parametrize("place", ["/pull/99", "/compare/master...nope", "/compare/nope", "/commit/nope"])
def test_what_is_not_there_is_404(hub: Hub, place: str) -> None:
    assert requests.get(hub.page + place, timeout=10).status_code == 404
