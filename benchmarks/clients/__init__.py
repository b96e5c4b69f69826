"""The same work over the Engine API with one library after another: python -m benchmarks.clients NAME …"""

NAMES = ("docker_py", "requests", "urllib3", "http_client", "sockets", "shippy")
