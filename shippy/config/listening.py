"""The sections that say where shippy itself listens."""

from __future__ import annotations

from shippy.config.section import Section
from shippy.config.values import LinkKey, Listen


class MetricsSettings(Section):
    """Where Prometheus finds the numbers, at /metrics. They hold no secrets, and nobody is asked who they are."""

    listen: Listen = "127.0.0.1:9464"


class Webhook(Section):
    """Where GitHub may call when something has changed, and the secret with which it signs that."""

    listen: Listen
    secret: LinkKey
