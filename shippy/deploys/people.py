"""Who acts when no person does."""

from shippy.model import Person

SHIPPY = Person("shippy", "shippy", local=True)
"""The daemon itself: after a preparation that failed, or a restart."""
