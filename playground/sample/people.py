"""The people of the sample app, by their logins on GitHub."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Developer:
    login: str
    name: str

    @property
    def email(self) -> str:
        return f"{self.login}@example.com"


# These are in the chat, too, where they have the same e-mail addresses (playground/slack/seed.json).
DANA = Developer("dana", "Dana Whitfield")
KIM = Developer("kim", "Kim Okafor")
LEE = Developer("lee", "Lee Sandoval")
# And these are not: Dmitri writes code from elsewhere; Quinn is the one who signs off, and writes none.
DMITRI = Developer("dmitri", "Dmitri Saar")
QUINN = Developer("quinn", "Quinn Hale")

DEVELOPERS = (QUINN, DANA, KIM, LEE, DMITRI)
