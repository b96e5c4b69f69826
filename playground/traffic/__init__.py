"""Measures what shippy does to the traffic, on a whole local world: shares, visitors, losses, times and verdicts."""
