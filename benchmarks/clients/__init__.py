"""The same work over the Engine API with one library after another: python -m benchmarks.clients NAME …"""
