"""Stands in for as many Docker engines as wanted, in one process and over real sockets: python -m benchmarks.engines.

All listen at one port of their own addresses in 127.0.0.0/8, so that one listening socket does for all. What they run
answers its health check there as well, at the ports after that one. They know the calls that shippy makes.
"""
