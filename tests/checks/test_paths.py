"""Which paths a pattern is for, and which rules a change touches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shippy.checks.paths import fits, touched
from shippy.config.reviewing import PathRule
from shippy.model import ChangedFiles

names = st.text(st.characters(exclude_characters="/*?", exclude_categories=["Cs"]), min_size=1, max_size=8)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("pattern", "path", "fitting"),
    [
        ("migrations/", "migrations/0001.sql", True),
        ("migrations/", "migrations/a/b.sql", True),
        ("migrations/", "web/migrations/0001.sql", False),
        ("migrations/**", "migrations/a/b.sql", True),
        ("migrations/*", "migrations/a/b.sql", False),
        ("**/migrations/*.py", "migrations/a.py", True),
        ("**/migrations/*.py", "web/app/migrations/a.py", True),
        ("*.sql", "a/b/größer.sql", True),
        ("*.sql", "a.sql.txt", False),
        ("?.txt", "ab.txt", False),
        ("Dockerfile", "docker/Dockerfile", True),
        ("a.b", "aXb", False),
        ("a[1].txt", "a[1].txt", True),
    ],
)
def test_a_pattern_is_for_these_paths_and_no_others(pattern: str, path: str, fitting: bool) -> None:
    assert fits(pattern, path) is fitting


@given(paths)
def test_a_path_is_its_own_pattern_and_everything_is_below_the_root(path: str) -> None:
    assert fits(path, path)
    assert fits("**", path)
    assert fits(f"**/{path}", path)
    assert fits("a/**", f"a/{path}")
    assert not fits("a/*", f"a/b/{path}")


RULES = {
    "database": PathRule(files=("migrations/", "*.sql"), approved_by=("dana",)),
    "deploying": PathRule(files=("deploy/**",), approved_by=("kim",)),
}


def test_a_change_touches_the_rules_that_its_files_fit() -> None:
    (found,) = touched(RULES, ChangedFiles(frozenset({"b.sql", "migrations/a.py", "web/app.py"})))
    assert (found.name, found.files) == ("database", ("b.sql", "migrations/a.py"))
    assert touched(RULES, ChangedFiles(frozenset({"web/app.py"}))) == ()


def test_a_change_whose_files_are_not_all_told_may_touch_every_rule() -> None:
    found = touched(RULES, ChangedFiles(frozenset({"b.sql"}), complete=False))
    assert [(one.name, one.files) for one in found] == [("database", ("b.sql",)), ("deploying", ())]
