"""A server by the playground's convention that only waits. With `--fail` it ends before it is ready."""

from __future__ import annotations

import json
import os
import sys

if "--fail" in sys.argv:
    sys.exit("no room for another server")
print(json.dumps({"url": "http://127.0.0.1:1", "pid": os.getpid(), "arguments": sys.argv[1:]}), flush=True)  # noqa: T201 - the convention
sys.stdin.read()
