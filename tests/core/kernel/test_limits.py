"""While another server counts an attempt, nothing is locked, however long it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import text

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import open_chat, post_message, start_chat
from chat_app.core.auth.addresses import ask_to_change_email
from chat_app.core.auth.factors.proof import CODES
from chat_app.core.auth.password_changes import change_password
from chat_app.core.auth.sessions.commands import sign_in
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.auth.two_factor import begin_two_factor, confirm_two_factor, end_two_factor
from chat_app.core.direct.commands import start_direct_chat, start_group_chat
from chat_app.core.first_steps.commands import take_tour
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.rooms.tables import Room
from tests.core.auth.test_two_factor import Phone, enrol
from tests.support.clock import Clock
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do
from tests.support.waiting import until

HELD = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND (locktype IN ('advisory', 'transactionid') "
    "OR mode IN ('RowShareLock', 'RowExclusiveLock'))"
)
"""Locks of rows or keys that any other transaction holds."""


class SlowLimiter(MovingWindowRateLimiter):
    """Counts nothing before it is allowed to answer."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage())
        self.asked: list[str] = []
        self.waits = False
        self.answers = asyncio.Semaphore(0)

    async def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Wait to be allowed, and admit."""
        self.asked.append(item.namespace)
        self.waits = True
        await self.answers.acquire()
        return await super().hit(item, *identifiers, cost=cost)


async def lockless(work: UnitOfWork, act: Callable[[Do], Awaitable[object]]) -> list[str]:
    """Do something, whose limits answer late, and see that nothing is locked meanwhile; return what was counted."""
    limiter = SlowLimiter()
    doing = asyncio.ensure_future(act(Do(replace(work, limiter=limiter, remote_limits=True))))
    while not doing.done():
        await until(lambda: doing.done() or limiter.waits)
        if limiter.waits:
            async with work.begin() as ctx:
                assert await ctx.db.scalar(HELD) == 0, limiter.asked[-1]
            limiter.waits = False
            limiter.answers.release()
    await doing
    return limiter.asked


PROVED: dict[str, Callable[[Do, Actor, str], Awaitable[object]]] = {
    "sign in": lambda do, me, code: do(None, sign_in, "aiko", PASSWORD, code=code),
    "change the password": lambda do, me, code: do(me, change_password, PASSWORD, "another-horse-battery", code),
    "change the address": lambda do, me, code: do(me, ask_to_change_email, "new@example.org", PASSWORD, code),
    "make an API token": lambda do, me, code: do(
        me, make_api_token, name="Bot", scopes=["read"], password=PASSWORD, code=code
    ),
    "end two-factor": lambda do, me, code: do(me, end_two_factor, PASSWORD, code),
}


@pytest.mark.parametrize("name", PROVED)
async def test_no_authenticator_is_locked_while_codes_are_counted(
    work: UnitOfWork, do: Do, make: Factory, clock: Clock, name: str
):
    aiko = await make.actor(username="aiko")
    phone, _ = await enrol(do, aiko, clock)
    counted = await lockless(work, lambda slow: PROVED[name](slow, aiko, phone.code()))
    assert CODES.namespace in counted


async def test_no_authenticator_is_locked_while_it_is_confirmed(work: UnitOfWork, do: Do, make: Factory, clock: Clock):
    aiko = await make.actor()
    phone = Phone((await do(aiko, begin_two_factor, PASSWORD)).secret, clock)
    assert await lockless(work, lambda slow: slow(aiko, confirm_two_factor, phone.code())) == [CODES.namespace]


MAKING: dict[str, Callable[[Do, Actor, Room], Awaitable[object]]] = {
    "direct chat": lambda do, me, room: do(me, start_direct_chat, "ben"),
    "group chat": lambda do, me, room: do(me, start_group_chat, ["ben", "chloe"]),
    "named group chat": lambda do, me, room: do(me, start_group_chat, ["ben", "chloe"], name="Tea"),
    "private chat": lambda do, me, room: do(me, start_chat, "Hello", nonce=uuid4()),
    "private chat about a file": lambda do, me, room: do(me, open_chat, "tea.pdf", nonce=uuid4()),
    "tour": lambda do, me, room: do(me, take_tour, "Tour", ["Hello"]),
    "invitation": lambda do, me, room: do(me, invite, room.id, "ben"),
    "invitation by email": lambda do, me, room: do(me, invite, room.id, "nobody@example.org"),
    "question": lambda do, me, room: do(me, post_message, room.id, "@ai Hello"),
}


@pytest.mark.parametrize("name", MAKING)
async def test_no_row_is_locked_while_creations_are_counted(work: UnitOfWork, make: Factory, name: str):
    aiko, *_ = [await make.actor(username=name) for name in ("aiko", "ben", "chloe")]
    room = await make.room({Role.MASTER: aiko})
    assert await lockless(work, lambda slow: MAKING[name](slow, aiko, room))
