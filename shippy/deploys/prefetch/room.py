"""How much of the hosts' disks images that are pulled ahead may take. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from shippy.model import Prefetched

Stored = Mapping[str, Mapping[str, int]]
"""The sizes of the images on each host, in bytes, by their digests."""


def fitting(wanted: Sequence[Prefetched], sizes: Mapping[str, int], budget: int) -> tuple[Prefetched, ...]:
    """As many of these, from the first one on, as fit into a budget of bytes.

    An image whose size nobody knows is taken to be as large as the largest one that is known.
    """
    largest = max(sizes.values(), default=0)
    found = []
    for each in wanted:
        budget -= sizes.get(each.image.digest, largest)
        if budget < 0:
            break
        found.append(each)
    return tuple(found)


def sizes_of(stored: Stored) -> dict[str, int]:
    """The size of each image: where hosts differ, the largest."""
    sizes: dict[str, int] = {}
    for there in stored.values():
        for digest, size in there.items():
            sizes[digest] = max(size, sizes.get(digest, 0))
    return sizes


def taken(digests: Collection[str], stored: Stored) -> int:
    """How many bytes some images take on the host where they take most."""
    return max((sum(there[one] for one in digests if one in there) for there in stored.values()), default=0)


def missing(digest: str, stored: Stored) -> bool:
    """Whether a host that answers does not have an image."""
    return any(digest not in there for there in stored.values())


def all_of(stored: Stored) -> frozenset[str]:
    return frozenset(digest for there in stored.values() for digest in there)


def digests(of: Iterable[Prefetched]) -> frozenset[str]:
    return frozenset(each.image.digest for each in of)
