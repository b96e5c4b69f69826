"""Stand-ins for what the core needs of the world, held to the ports' promises by the suites in tests/contract."""
