"""Which of the 10 000 buckets HAProxy puts a visitor in, worked out beside it.

XXH32 as its specification has it, with the seed 0: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
"""

from __future__ import annotations

from itertools import count

BUCKETS = 10_000
PRIMES = (2654435761, 2246822519, 3266489917, 668265263, 374761393)
STRIPE, WORD, MASK = 16, 4, 0xFFFFFFFF


def bucket(visitor: str, salt: str) -> int:
    return xxh32(f"{visitor}/{salt}".encode()) % BUCKETS


def visitors_in(wanted: set[int], salt: str) -> dict[int, str]:
    """A visitor for each of these buckets."""
    found: dict[int, str] = {}
    for number in count():
        place = bucket(f"v{number}", salt)
        if place in wanted:
            found.setdefault(place, f"v{number}")
            if len(found) == len(wanted):
                return found
    raise AssertionError("there is no end of visitors")


def xxh32(content: bytes) -> int:
    first, second, third, fourth, fifth = PRIMES
    whole = len(content) // STRIPE * STRIPE
    lanes = [first + second, second, 0, -first]
    for at in range(0, whole, STRIPE):
        for lane in range(4):
            word = _word(content, at + lane * WORD)
            lanes[lane] = _rotated(lanes[lane] + word * second, 13) * first
    mixed = sum(_rotated(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) if whole else fifth
    mixed += len(content)
    words = (len(content) - whole) // WORD * WORD + whole
    for at in range(whole, words, WORD):
        mixed = _rotated(mixed + _word(content, at) * third, 17) * fourth
    for byte in content[words:]:
        mixed = _rotated(mixed + byte * fifth, 11) * first
    for shift, prime in ((15, second), (13, third), (16, 1)):
        mixed &= MASK
        mixed = (mixed ^ mixed >> shift) * prime
    return mixed & MASK


def _word(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + WORD], "little")


def _rotated(number: int, by: int) -> int:
    number &= MASK
    return (number << by | number >> (32 - by)) & MASK
