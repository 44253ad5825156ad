"""End a response whose rest cannot be sent."""

from typing import Final

from starlette.types import Receive, Scope

EXTENSION: Final = "parley.break_off"
"""The key of a request's scope that has the function that ends its connection."""


async def break_off(scope: Scope, receive: Receive) -> None:
    """End the connection of a response that has begun, so that its client knows that it is incomplete.

    A response that just ends is a bug to the server, which logs it as one.
    """
    if end := scope.get("extensions", {}).get(EXTENSION):
        end()
        while (await receive())["type"] != "http.disconnect":
            continue
