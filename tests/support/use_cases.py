"""Calling use cases as the edges do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Do:
    """Calls use cases, each in a transaction of its own."""

    work: UnitOfWork

    async def __call__(
        self,
        actor: Actor | None,
        use_case: Callable[Concatenate[Context, P], Awaitable[R]],
        *args: P.args,
        **kw: P.kwargs,
    ) -> R:
        async with self.work.begin(actor) as ctx:
            return await use_case(ctx, *args, **kw)
