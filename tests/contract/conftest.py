"""The real machines, for the suites here that need them."""

from tests.integration.conftest import machines, publish

__all__ = ["machines", "publish"]
