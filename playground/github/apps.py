"""GitHub Apps: each signs with a key of its own, and gets tokens for where it is installed.

docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ALGORITHM = "RS256"
LONGEST_SIGNATURE_SECONDS = 600
# "Installation tokens expire one hour from the time you create them."
TOKEN_SECONDS = 3600.0


class SignatureRefused(Exception):
    """A JSON web token is not one of an app's that is known; the text is what GitHub says."""


@dataclass(slots=True)
class App:
    """`lifetime` is how many seconds its next tokens last; `login` is the account that it acts as."""

    id: int
    installation: int
    login: str
    key: RSAPublicKey
    permissions: Mapping[str, str]
    lifetime: float = TOKEN_SECONDS


@dataclass(slots=True)
class Apps:
    _by_id: dict[str, App] = field(default_factory=dict)

    def register(self, login: str, permissions: Mapping[str, str], lifetime: float) -> tuple[App, str]:
        """A new app, which is installed everywhere; returns it with its private key in PEM form."""
        key = generate_private_key(public_exponent=65537, key_size=2048)
        number = len(self._by_id) + 1
        app = App(number, 1000 + number, login, key.public_key(), permissions, lifetime)
        self._by_id[str(number)] = app
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        return app, pem.decode()

    def installed(self, number: int) -> App | None:
        return next((app for app in self._by_id.values() if app.installation == number), None)

    def signing(self, signature: str) -> App:
        """The app that has signed a JSON web token.

        Raises:
            SignatureRefused: none that is known has, or not for now.
        """
        try:
            issuer = str(jwt.decode(signature, options={"verify_signature": False}).get("iss"))
            app = self._by_id.get(issuer)
            if app is None:
                raise SignatureRefused("Integration not found")
            claims = jwt.decode(
                signature, app.key, [ALGORITHM], options={"require": ["iat", "exp"], "verify_iss": False}
            )
        except jwt.ExpiredSignatureError as error:
            raise SignatureRefused("'Expiration time' claim ('exp') must be a numeric value in the future") from error
        except jwt.ImmatureSignatureError as error:
            words = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
            raise SignatureRefused(words) from error
        except jwt.InvalidTokenError as error:
            raise SignatureRefused("A JSON web token could not be decoded") from error
        if claims["exp"] > time.time() + LONGEST_SIGNATURE_SECONDS:
            raise SignatureRefused("'Expiration time' claim ('exp') is too far in the future")
        return app
