"""The config file: its schema, and how a file becomes a checked `Config`."""

from shippy.config.loading import load
from shippy.config.schema import App, Config

__all__ = ["App", "Config", "load"]
