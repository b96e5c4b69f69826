"""What can go wrong between shippy and an engine, in the words of one line for a person."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from docker.errors import APIError, DockerException, StreamParseError, TLSParameterError
from paramiko.ssh_exception import SSHException  # type: ignore[import-untyped]  # paramiko ships no types
from requests.exceptions import ConnectTimeout, RequestException
from urllib3.exceptions import HTTPError

# docker-py lets through whatever breaks below it: requests' errors for a call, urllib3's own in the middle of a
# stream, its parser's for a stream that was cut within a line, and paramiko's for an engine behind ssh.
ENGINE_ERRORS = (DockerException, RequestException, HTTPError, StreamParseError, SSHException, OSError, EOFError)

LINE_LIMIT = 300


def first_line(text: str) -> str:
    """The first line of a text, shortened to what fits in a message."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 1] + "…"


def is_clients_fault(error: BaseException | None) -> bool:
    """Whether the engine refused the request itself (4xx), so that the same request cannot fare better later."""
    return isinstance(error, APIError) and error.is_client_error()


def reason_of(error: BaseException, connect_within: float, idle_within: float) -> str:
    """One line that tells why, such as "does not answer (connection refused)".

    The libraries wrap an error up to four times, and only the innermost says what happened. The two numbers are the
    time-outs in seconds that were set, which no time-out error carries.
    """
    chain = list(causes(error))
    for cause in chain:
        if isinstance(cause, APIError):
            return first_line(cause.explanation or f"its engine answered {cause.status_code}")
        if isinstance(cause, TLSParameterError):
            return first_line(cause.msg)
        if isinstance(cause, ConnectTimeout):
            return f"no answer within {connect_within:g} s"
    return words_of(chain[-1], idle_within)


def words_of(error: BaseException, idle_within: float) -> str:
    """The reason that an error itself gives, whatever it is wrapped in."""
    if isinstance(error, TimeoutError) and not error.errno:
        return f"no answer within {idle_within:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS connection ({(error.reason or 'unknown').lower().replace('_', ' ')})"
    if isinstance(error, socket.gaierror):
        return f"its name cannot be resolved ({str(error.strerror).lower()})"
    if isinstance(error, OSError) and error.strerror:
        return f"does not answer ({error.strerror.lower()})"
    return first_line(str(error)) or type(error).__name__


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from, and so on to the first."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
