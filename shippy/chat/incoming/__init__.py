"""From what Slack delivers to a request.

A frame of `socket_mode` or `rtm`, read by `link`, `receiver` and `wire`, goes through `source` to `reception`, `door`
and `doorstep`, and becomes one of `requests` in the `intake`.
"""
