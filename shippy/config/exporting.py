"""The section of the config file that is about shippy's own numbers."""

from __future__ import annotations

from shippy.config.prefetch import Listen
from shippy.config.section import Section


class MetricsSettings(Section):
    """Where Prometheus finds the numbers, at /metrics. They hold no secrets, and nobody is asked who they are."""

    listen: Listen = "127.0.0.1:9464"
