"""Calling use cases as the edges do."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import async_sessionmaker

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

    @asynccontextmanager
    async def undone(self) -> AsyncIterator["Do"]:
        """Undo at the end what is done with the yielded `Do`: its transactions are savepoints of one."""
        async with self.work.sessions.kw["bind"].connect() as connection, connection.begin() as whole:
            sessions = async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
            yield Do(replace(self.work, sessions=sessions))
            await whole.rollback()
