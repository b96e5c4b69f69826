"""The workspace's back door under /playground/: for the page, for tests and for demonstrations. Slack has none."""
