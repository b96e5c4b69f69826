"""What can go wrong between shippy and an engine, in the words of one line for a person."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from docker.errors import APIError, DockerException, StreamParseError, TLSParameterError
from paramiko.ssh_exception import SSHException  # type: ignore[import-untyped]  # paramiko ships no types
from requests.exceptions import ConnectTimeout, RequestException
from urllib3.exceptions import HTTPError, ProtocolError

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


def is_silence(error: BaseException) -> bool:
    """Whether nothing was answered in time, to the connection or to a question."""
    chain = list(causes(error))
    return any(isinstance(cause, ConnectTimeout) for cause in chain) or _is_time_out(chain[-1])


def _is_time_out(root: BaseException) -> bool:
    return isinstance(root, TimeoutError) and not root.errno


def reason_of(error: BaseException, connect_within: float, idle_within: float) -> str:
    """One line that tells why, such as "does not answer (connection refused)".

    The libraries wrap an error up to four times, and only the innermost says what happened. The two numbers are the
    time-outs in seconds that were set, which no time-out error carries.
    """
    chain = list(causes(error))
    root = chain[-1]
    told = next(filter(None, map(own_words, chain)), None)
    if told:
        return first_line(told)
    if any(isinstance(cause, ConnectTimeout) for cause in chain):
        return f"no answer within {connect_within:g} s"
    if _is_time_out(root):
        return f"no answer within {idle_within:g} s"
    if isinstance(root, OSError) and (root.strerror or isinstance(root, ssl.SSLError)):
        return words_of(root)
    if any(isinstance(cause, ProtocolError | StreamParseError) for cause in chain):
        return "broke the connection off"
    return first_line(str(error)) or type(error).__name__


def own_words(error: BaseException) -> str | None:
    """What an engine has answered, or docker-py has found wrong itself, if this is such an error."""
    if isinstance(error, APIError):
        return error.explanation or f"its engine answered {error.status_code}"
    return error.msg if isinstance(error, TLSParameterError) else None


def words_of(error: OSError) -> str:
    """What the system says of a connection, in words that can follow a host's name."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        # OpenSSL's own errors have a reason (SSLV3_ALERT_BAD_CERTIFICATE); those that Python makes have just a text.
        reason = getattr(error, "reason", None) or error.strerror
        return f"no TLS connection ({str(reason).lower().replace('_', ' ')})"
    if isinstance(error, socket.gaierror):
        return f"its name cannot be resolved ({str(error.strerror).lower()})"
    return f"does not answer ({str(error.strerror).lower()})"


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from (or, as urllib3 has it at times, made of), and so on to the first."""
    link: object = error
    while isinstance(link, BaseException):
        yield link
        link = link.__cause__ or link.__context__ or next(iter(link.args), None)
