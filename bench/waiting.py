"""Wait no longer than something may take, and say what did not come: a bench that hangs says nothing."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

PATIENCE: Final = 60.0
"""Seconds for one answer of the server, or of a process of the bench."""

T = TypeVar("T")


async def within(work: Awaitable[T], what: str, seconds: float = PATIENCE) -> T:
    """Return the result of work. Ends the program, with the name of what did not come, where it takes longer."""
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise SystemExit(f"{what}: nothing within {seconds:.0f} s") from None
