"""The addresses that people are sent to. Shippy itself does not need them."""

from __future__ import annotations

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from gevent import Timeout

from shippy.doctor.findings import Findings, ok, warning

ANSWER_SECONDS = 5.0


def answers(what: str, url: str) -> Findings:
    """Any HTTP status will do: with nothing to be verified, a VIP answers 503."""
    parts = urlsplit(url)
    https = parts.scheme == "https"
    where = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    connection = (HTTPSConnection if https else HTTPConnection)(parts.hostname or "", parts.port)
    try:
        with Timeout(ANSWER_SECONDS, TimeoutError(f"no answer within {ANSWER_SECONDS:g} s")):
            connection.request("GET", path, headers={"User-Agent": "shippy", "Connection": "close"})
            status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        why = _words(error)
        yield warning(f"GET {where} ({what}) does not answer from here ({why}); shippy does not need it, people do")
    else:
        yield ok(f"GET {where} ({what}) answered {status}")
    finally:
        connection.close()


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return str(getattr(error, "strerror", None) or error or type(error).__name__).lower()
