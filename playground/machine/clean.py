"""`python -m playground.machine.clean` removes what killed worlds left on this machine; living ones are not touched."""

from __future__ import annotations

from playground.machine.world import clean


def main() -> None:
    removed = clean()
    for folder in removed:
        print(f"removed {folder}")  # noqa: T201 - this command's answer
    if not removed:
        print("nothing was left")  # noqa: T201 - this command's answer


if __name__ == "__main__":
    main()
