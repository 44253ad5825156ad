"""The server's end of a websocket, for those behind the guards who have to bound it or to end it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

EXTENSION: Final = "parley.wire"
"""The extension of a websocket's scope that has it."""


class Wire(Protocol):
    """One websocket."""

    charge: Callable[[float], bool] | None
    """Called with the units that frames and bytes cost, before anything is done for them; False ends the connection."""

    def abort(self) -> None:
        """End the connection now, whether its other end reads or not."""


def wire_of(scope: Mapping[str, Any]) -> Wire | None:
    """Return the wire of a websocket, where the server gives one."""
    found: Wire | None = scope.get("extensions", {}).get(EXTENSION)
    return found
