"""Loaded by pytest before anything else (see pyproject.toml): the tests run patched by gevent, as the daemon does."""

from gevent import monkey

monkey.patch_all()

from gevent.queue import LifoQueue  # noqa: E402 nothing is imported before the patch
from urllib3.connectionpool import ConnectionPool  # noqa: E402 as above

# The queue that urllib3 takes by default can leave a greenlet waiting for ever: gevent issue 1957.
ConnectionPool.QueueCls = LifoQueue  # type: ignore[assignment]  # it does what the one of the standard library does
