from __future__ import annotations

import pytest

from shippy.github.refs import may_be_branch, may_be_commit, near_names, pull_number

API = "https://github.example.com/api/v3"


@pytest.mark.parametrize(
    ("ref", "api_url", "number"),
    [
        ("#12", API, 12),
        ("https://github.example.com/acme/web/pull/12", API, 12),
        ("https://GitHub.example.com/Acme/Web/pull/12/files#diff-1", API, 12),
        ("https://github.com/acme/web/pull/7?w=1", "https://api.github.com", 7),
        ("http://127.0.0.1:8080/acme/web/pull/3", "http://127.0.0.1:8080/api/v3", 3),
    ],
)
def test_a_pull_request_is_known_by_its_number_and_its_address(ref: str, api_url: str, number: int) -> None:
    assert pull_number(ref, api_url, "acme/web") == number


@pytest.mark.parametrize(
    "ref",
    [
        "12",
        "#",
        "#12a",
        "# 12",
        "#" + "1" * 10,
        "feature-12",
        "https://github.example.com/acme/api/pull/12",
        "https://github.example.com/acme/web/issues/12",
        "https://github.com/acme/web/pull/12",
        "https://evil.example.com/acme/web/pull/12",
    ],
)
def test_anything_else_is_no_pull_request_of_the_repository(ref: str) -> None:
    assert pull_number(ref, API, "acme/web") is None


@pytest.mark.parametrize("ref", ["master", "feature/größer", "v1.2", "a@b", "fix-#12", "deadbeef", "✨", "a/b/c-d_e"])
def test_what_git_takes_for_a_branch_may_be_one(ref: str) -> None:
    assert may_be_branch(ref)


@pytest.mark.parametrize(
    "ref",
    [
        *(
            "",
            "@",
            "-x",
            "a.",
            "a.lock",
            "a.lock/b",
            "/a",
            "a/",
            "a//b",
            "./a",
            "a/.b",
            "a..b",
            "a/../b",
            "../../../user",
        ),
        *("a b", "a~1", "a^", "a:b", "a?b", "a*", "a[0]", "a\\b", "a@{1}", "a\nb", "a\x00", "f" * 40),
    ],
)
def test_what_git_does_not_take_for_a_branch_is_not_asked_for(ref: str) -> None:
    assert not may_be_branch(ref)


def test_seven_to_forty_hexadecimal_digits_may_be_a_commit() -> None:
    assert [may_be_commit(digits) for digits in ("abc123", "abc1234", "ABC1234", "a" * 40, "a" * 41, "abc123g")] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_the_likeliest_names_come_first_and_letters_may_be_large_or_small() -> None:
    names = ["master", "Feature/Login", "feature/logout", "feature/billing", "docs"]
    assert near_names("feature/loginn", names)[0] == "Feature/Login"
    assert near_names("MASTR", names) == ("master",)
    assert near_names("zzz", names) == ()
