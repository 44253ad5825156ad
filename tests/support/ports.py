"""Waiting for a process to listen."""

import socket
import time

SECONDS = 30.0


def wait_for_port(port: int) -> None:
    """Return when something listens at a port of this machine; fail when nothing does."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {port}")
