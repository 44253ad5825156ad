"""Bind the port of the server."""

import errno
import socket

from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def listen(settings: Settings) -> socket.socket:
    """Bind the port, before any slow step. Raises `LaunchError` if it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        place = f"{settings.host}, port {settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise LaunchError(f"{place} is in use. Choose another port: PORT={settings.port + 1} make run") from error
        raise LaunchError(f"Cannot listen on {place}: {error.strerror}. Mind HOST and PORT.") from error
    return listener
