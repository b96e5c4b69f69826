"""What is remembered of GitHub's answers: no more than so much, and of that the newest."""

from __future__ import annotations

from shippy.github.memory import Memory, Remembered


def answer(characters: int, tag: str = '"tag"') -> Remembered:
    return Remembered(tag, {}, "x" * characters)


def test_an_answer_is_remembered_by_its_question() -> None:
    memory = Memory()
    memory.keep("a", answer(1))
    assert memory.recall("a") == answer(1)
    assert memory.recall("b") is None


def test_the_answers_that_were_needed_last_are_kept() -> None:
    memory = Memory(most=30)
    for question in ("a", "b", "c"):
        memory.keep(question, answer(10))
    memory.recall("a")
    memory.keep("d", answer(10))
    assert [question for question in "abcd" if memory.recall(question)] == ["a", "c", "d"]
    assert memory.size == 30


def test_a_new_answer_takes_the_place_of_the_one_before() -> None:
    memory = Memory(most=30)
    memory.keep("a", answer(20))
    memory.keep("a", answer(25, '"new"'))
    assert memory.recall("a") == answer(25, '"new"')
    assert memory.size == 25


def test_an_answer_that_is_too_long_is_not_remembered_and_neither_is_the_one_before() -> None:
    memory = Memory(most=100, longest=10)
    memory.keep("a", answer(5))
    memory.keep("a", answer(11))
    assert memory.recall("a") is None
    assert memory.size == 0
