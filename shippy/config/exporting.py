"""The section of the config file that is about shippy's own numbers."""

from __future__ import annotations

from shippy.config.section import Section
from shippy.config.values import Listen


class MetricsSettings(Section):
    """Where Prometheus finds the numbers, at /metrics. They hold no secrets, and nobody is asked who they are."""

    listen: Listen = "127.0.0.1:9464"
