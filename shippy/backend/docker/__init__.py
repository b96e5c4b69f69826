"""A fleet of Docker hosts, each reached through its own engine."""
