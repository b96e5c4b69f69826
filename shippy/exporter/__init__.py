"""Numbers for Prometheus: what is deployed, how long that takes, what fails, and what GitHub still takes."""

from shippy.exporter.page import MetricsPage

__all__ = ["MetricsPage"]
