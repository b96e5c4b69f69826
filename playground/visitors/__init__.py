"""Visitors of the playground's site: a few, steady and gentle, who count what they were answered and what failed."""
