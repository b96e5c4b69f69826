"""What is looked after for as long as the daemon runs."""
