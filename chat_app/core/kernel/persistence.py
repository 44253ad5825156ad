"""Writing down what must not be lost, for as long as the database takes to come back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import structlog

from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import Unavailable

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 2.0
"""Short enough to be done before another process concludes that this one has gone."""

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()


async def persist(
    work: UnitOfWork, use_case: Callable[Concatenate[Context, P], Awaitable[R]], *args: P.args, **kw: P.kwargs
) -> R:
    """Call a use case in a transaction of its own, again and again while the database is away.

    One that had committed when the connection broke is called once more: it must do no harm twice.
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
