"""GitHub's answers by their ETags, so that GitHub need only say that nothing has changed.

Such an answer (304) is not taken off the budget:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

MOST_CHARACTERS = 8_000_000
"""All that is remembered: the answers to some hundred questions."""
LONGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer of 200: its ETag, its headers by their names in small letters, and its text."""

    tag: str
    headers: Mapping[str, str]
    text: str


class Memory:
    """The answers that were needed last, up to so many characters in all."""

    def __init__(self, most: int = MOST_CHARACTERS, longest: int = LONGEST_ANSWER) -> None:
        self._most = most
        self._longest = longest
        self._answers: OrderedDict[str, Remembered] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """How many characters are remembered."""
        return self._size

    def recall(self, question: str) -> Remembered | None:
        if question in self._answers:
            self._answers.move_to_end(question)
        return self._answers.get(question)

    def keep(self, question: str, answer: Remembered) -> None:
        """Remember an answer instead of an earlier one; one that is too long is not remembered."""
        self.forget(question)
        if len(answer.text) > self._longest:
            return
        self._answers[question] = answer
        self._size += len(answer.text)
        while self._size > self._most:
            self.forget(next(iter(self._answers)))

    def forget(self, question: str) -> None:
        gone = self._answers.pop(question, None)
        self._size -= len(gone.text) if gone else 0
