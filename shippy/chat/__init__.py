"""Slack and the local socket: what people type comes in, and what shippy says goes out.

`incoming` leads from a frame of Slack's to a request, and `outgoing` from words to Slack; it keeps the message of each
deploy, which `card` draws. `slack` is the Web API for both. `local` is the local socket, and `tell` its other end.
"""
