"""Numbers about the releases from monitoring systems."""

from shippy.monitoring.prometheus import Prometheus, metrics_of

__all__ = ["Prometheus", "metrics_of"]
