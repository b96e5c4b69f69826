"""Loaded by pytest before anything else (see pyproject.toml): the tests run patched by gevent, as the daemon does."""

from gevent import monkey

monkey.patch_all()
