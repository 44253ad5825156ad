"""Write what must not be lost, retrying until the database is back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import structlog

from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Unavailable

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 2.0
"""The longest pause in seconds: shorter than the time after which another process takes over."""

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()


async def persist(
    work: UnitOfWork, use_case: Callable[Concatenate[Context, P], Awaitable[R]], *args: P.args, **kw: P.kwargs
) -> R:
    """Call a use case in a separate transaction, and retry while the database is down.

    A commit whose connection broke is repeated, so the use case must be idempotent.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            async with work.begin() as ctx:
                return await use_case(ctx, *args, **kw)
        except Unavailable as error:
            name: Any = getattr(use_case, "__name__", "")
            log.warning("not_written_yet", what=name, code=error.code)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
