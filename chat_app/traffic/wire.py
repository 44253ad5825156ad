"""The server's side of a websocket, for the guards that limit or end it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

EXTENSION: Final = "parley.wire"
"""The key of a websocket's scope for this object."""


class Wire(Protocol):
    """One websocket."""

    charge: Callable[[float], bool] | None
    """Charges the units of frames and bytes before they are processed; False ends the connection."""

    ping_interval: float | None
    """Seconds between pings of the websocket's own, None for none; read when it is accepted."""

    writable: asyncio.Event
    """Set while written data does not accumulate."""

    on_writable: Callable[[], None] | None
    """Called when ``writable`` has been set again."""

    on_pong: Callable[[], None] | None
    """Called with every pong of Engine.IO; then nothing else receives it."""

    def write(self, frame: bytes) -> None:
        """Write a whole frame, unless the connection is closing."""

    def abort(self) -> None:
        """End the connection now, whether its client reads or not."""


def wire_of(scope: Mapping[str, Any]) -> Wire | None:
    """Return the wire of a websocket, where the server provides one."""
    found: Wire | None = scope.get("extensions", {}).get(EXTENSION)
    return found
