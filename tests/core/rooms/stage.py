"""A crowd of people, and the use cases that act on rooms."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.invitations import links
from chat_app.core.invitations.answers import accept_invitation, decline_invitation
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from chat_app.core.messages.queries import history
from chat_app.core.rooms import commands, members, queries
from chat_app.core.rooms.membership import joining
from tests.core.rooms.pictures import Picture, take_picture
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.support.use_cases import Do

R = TypeVar("R")


UseCase = Callable[..., Awaitable[Any]]


CROWD: Final = 5


ROOMS: Final = 2


OUT: Final = 60
"""Numbers below it mean a member of a room, whether there are two or five; others mean anybody."""


anybody = st.sampled_from(range(CROWD))  # integers() would rather be small ones


any_room = st.sampled_from(range(9))


inside = st.sampled_from(range(OUT))


boss = st.sampled_from((0, 0, 1, 2))  # of the members, the highest


mostly_inside = st.sampled_from(range(OUT + 2 * CROWD))


roles = st.sampled_from(Role)


onoff = st.booleans()


ON_THE_ROOM: Final[list[UseCase]] = [
    commands.delete_room,
    *(partial(commands.archive_room, archived=archived) for archived in (True, False, False)),
    *(partial(commands.update_room, join_approval=approval) for approval in (True, True, False)),
    *(partial(post_message, text=text) for text in ("Hello", "Bye")),
]


ON_SOMEBODY: Final[list[UseCase]] = [
    members.transfer_room,
    members.remove_member,
    members.ban_member,
    members.unban_member,
    joining.approve_join_request,
    joining.decline_join_request,
    partial(members.change_role, role=Role.READER),
]


ANSWERS: Final[list[UseCase]] = [
    accept_invitation,
    accept_invitation,
    decline_invitation,
]


LOOKS: Final[list[UseCase]] = [history, queries.room_members, joining.join_requests, links.invite_links]


class Stage:
    """A database and its people, for state machines without an event loop."""

    def __init__(self, database: str) -> None:
        self._loop = asyncio.Runner()
        self._engine = create_async_engine(database, pool_size=2)
        sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self.events: list[object] = []
        limiter = MovingWindowRateLimiter(MemoryStorage())
        self.work = UnitOfWork(
            sessions, Policy(limited=False), limiter, [self._keep], Clock(), jobs=ProcrastinateQueue()
        )
        self.make = Factory(self.work)
        self.crowd: list[Actor] = [self.newcomer(n) for n in range(CROWD)]

    def newcomer(self, number: int) -> Actor:
        """Create a person with this number's name."""
        return self.run(self.make.actor(username=f"p{number}"))

    async def _keep(self, event: object) -> None:
        self.events.append(event)

    def run(self, todo: Coroutine[Any, Any, R]) -> R:
        return self._loop.run(todo)

    def renew(self) -> None:
        """Create everybody again where the last machine has deleted them."""
        gone = self.look().deleted
        self.crowd[:] = [self.newcomer(n) if one.user_id in gone else one for n, one in enumerate(self.crowd)]

    def to_do(self, *call: Any, **kw: Any) -> Coroutine[Any, Any, Any]:
        return Do(self.work)(*call, **kw)

    def do(self, *call: Any, **kw: Any) -> Any:
        return self.run(self.to_do(*call, **kw))

    def look(self) -> Picture:
        return self.run(take_picture(self.work))

    def reset(self) -> None:
        """Delete all rooms; the people stay."""
        self.run(self._execute("DELETE FROM rooms"))
        self.run(self._execute("DELETE FROM blocks"))

    def close(self) -> None:
        self.reset()
        self.run(self._execute("DELETE FROM users"))
        self.run(self._engine.dispose())
        self._loop.close()

    async def _execute(self, statement: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(text(statement))


async def together(*steps: Coroutine[Any, Any, Any]) -> list[Any]:
    """Return the outcomes of steps that run at once."""
    return list(await asyncio.gather(*steps, return_exceptions=True))
