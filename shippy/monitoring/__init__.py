"""What monitoring systems know of the releases beyond what the balancers count."""

from shippy.monitoring.prometheus import Prometheus, metrics_of

__all__ = ["Prometheus", "metrics_of"]
