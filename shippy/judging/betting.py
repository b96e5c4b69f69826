"""Finds out by betting whether something happens more than half of the time; one may look after every round."""

from __future__ import annotations

from shippy.judging.looks import part

STAKES = (0.5, 0.9)
"""What part of its money each of the gamblers bets."""

ROUNDS_AHEAD = 200


class Bet:
    """Gamblers who win as much as they bet where it happens, and lose that where it does not.

    Where it happens no more often than every second time, whatever came before, the game is not in their favour: then
    the chance that they ever have `n` times the money they came with is 1/n at most (Ville's inequality), so one may
    look after every round and stop at will. A new gambler comes with each round, so that long bad luck does not hide
    that the game has changed; together they come with 1.
    """

    def __init__(self) -> None:
        self._money = [0.0 for _ in STAKES]
        self._rounds = 0

    def round(self, *, happened: bool) -> None:
        self._rounds += 1
        brought = part(self._rounds) / len(STAKES)
        self._money = [
            (money + brought) * (1 + (stake if happened else -stake))
            for money, stake in zip(self._money, STAKES, strict=True)
        ]

    def sure(self, wrong: float) -> bool:
        """Whether it happens more often than that, with no more than this chance of ever being wrong."""
        return sum(self._money) >= 1 / wrong

    def rounds_to_win(self, wrong: float) -> int:
        """How many rounds in which it happens it takes from here to be sure; ROUNDS_AHEAD at most."""
        ahead = Bet()
        ahead._money, ahead._rounds = list(self._money), self._rounds
        count = 0
        while not ahead.sure(wrong) and count < ROUNDS_AHEAD:
            ahead.round(happened=True)
            count += 1
        return count
