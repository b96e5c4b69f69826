"""How much a chat bot can hear, and how soon it answers: `python -m benchmarks.chat`."""
