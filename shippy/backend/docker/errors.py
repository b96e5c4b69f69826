"""What can go wrong between shippy and an engine, in the words of one line for a person."""

from __future__ import annotations

import socket
import ssl

from shippy.backend.engine.errors import ConnectTimeOut, EngineAnswered, EngineError

# An ssh connection that ends is an EOFError.
ENGINE_ERRORS = (EngineError, OSError, EOFError)

LINE_LIMIT = 300


def first_line(text: str) -> str:
    """The first line of a text, shortened to what fits in a message."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 1] + "…"


def is_clients_fault(error: BaseException | None) -> bool:
    """Whether the engine refused the request itself (4xx), so that the same request cannot fare better later."""
    return isinstance(error, EngineAnswered) and error.is_client_error


def is_silence(error: BaseException) -> bool:
    """Whether nothing was answered in time, to the connection or to a question."""
    return isinstance(error, ConnectTimeOut) or (isinstance(error, TimeoutError) and not error.errno)


def reason_of(error: BaseException, idle_within: float) -> str:
    """One line that tells why, such as "does not answer (connection refused)".

    Args:
        idle_within: the time-out in seconds that was set for a connection, which no time-out error carries.
    """
    if is_silence(error) and not isinstance(error, EngineError):
        return f"no answer within {idle_within:g} s"
    if isinstance(error, OSError) and (error.strerror or isinstance(error, ssl.SSLError)):
        return words_of(error)
    return first_line(str(error)) or type(error).__name__


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
