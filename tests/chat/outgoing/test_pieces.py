"""A long text arrives in pieces that Slack takes, with nothing broken at the seams."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from shippy.chat.outgoing.pieces import LONGEST_PIECE, pieces


def test_a_text_that_fits_is_one_piece_and_nothing_is_none() -> None:
    assert pieces("a\nb") == ["a\nb"]
    assert pieces("x" * LONGEST_PIECE) == ["x" * LONGEST_PIECE]
    assert pieces("") == []


def test_lines_stay_whole() -> None:
    lines = [f"line {number}" for number in range(100)]
    found = pieces("\n".join(lines), longest=100, most=100)
    assert len(found) > 1
    assert "\n".join(found).splitlines() == lines


def test_a_block_of_code_is_a_block_in_each_piece() -> None:
    found = pieces("log:\n```\n" + "\n".join(["a line"] * 50) + "\n```", longest=100, most=100)
    assert len(found) > 2
    assert all(piece.count("```") == 2 for piece in found)


def test_what_is_too_long_for_all_pieces_ends_with_saying_so() -> None:
    found = pieces("word\n" * 100_000)
    assert len(found) == 5
    assert found[-1].endswith("the rest is left out.")


@given(st.text(alphabet="ab &<>;\n`", max_size=400))
def test_no_piece_is_too_long_and_none_cuts_a_code_in_two(text: str) -> None:
    escaped = text.replace("`", "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = pieces(escaped, longest=80, most=3)
    assert len(found) <= 3
    assert all(len(piece) <= 80 for piece in found)
    for piece in found:
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", piece)
