"""The developers of the sample app."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Developer:
    login: str
    name: str

    @property
    def email(self) -> str:
        return f"{self.login}@acme.example"


ADA = Developer("ada", "Ada Byrne")
BEN = Developer("ben", "Ben Okafor")
CHIARA = Developer("chiara", "Chiara Conti")
DMITRI = Developer("dmitri", "Dmitri Saar")
# Quinn is the one who signs off, and writes no code.
QUINN = Developer("quinn", "Quinn Hale")

DEVELOPERS = (QUINN, ADA, BEN, CHIARA, DMITRI)
