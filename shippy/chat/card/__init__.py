"""The one living message of a deploy, drawn from its state as Block Kit. Pure: nothing here talks to anybody."""

from shippy.chat.card.rendering import card
from shippy.chat.card.scene import Card, Scene

__all__ = ["Card", "Scene", "card"]
