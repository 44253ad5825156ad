"""Translate events to ops, each with the channel whose sockets receive it."""
