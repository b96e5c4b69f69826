"""Slack and the local socket: what people type comes in, and what shippy says goes out.

In: a frame of `socket_mode` or `rtm`, read by `link`, `receiver` and `wire`, goes through `source` to `reception` and
`door`, and becomes one of `requests` in the `intake`. Out: `outbox`, `slack` and `web`. `living` keeps the message of
each deploy, which `card` draws. `local` is the local socket, and `tell` its other end.
"""
