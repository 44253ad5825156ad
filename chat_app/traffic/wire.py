"""The server's side of a websocket, for the guards that limit or end it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

EXTENSION: Final = "parley.wire"
"""The key of a websocket's scope that has it."""


class Wire(Protocol):
    """One websocket."""

    charge: Callable[[float], bool] | None
    """Charges the units of frames and bytes before they are processed; False ends the connection."""

    def abort(self) -> None:
        """End the connection now, whether its client reads or not."""


def wire_of(scope: Mapping[str, Any]) -> Wire | None:
    """Return the wire of a websocket, where the server provides one."""
    found: Wire | None = scope.get("extensions", {}).get(EXTENSION)
    return found
