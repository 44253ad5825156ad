"""Fill a database with the sample community, by the ordinary use cases, at the times of its script.

It is one transaction, so it is created completely or not at all, and a running server does not answer its questions.
"""

import asyncio
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import col

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.commands import update_profile
from chat_app.core.accounts.errors import Taken
from chat_app.core.accounts.tables import User
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.commands import post_message, start_chat
from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.runs.changing import claim_runs, finish_run
from chat_app.core.auth.registration import register
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.first_steps.commands import dismiss_first_steps
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import new_id
from chat_app.core.kernel.policy import Policy
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.marks.commands import pin_message, react, star_message
from chat_app.core.messages.reading.receipts import mark_read
from chat_app.core.messages.tables import Message, Status
from chat_app.core.people.contacts import add_contact
from chat_app.core.pictures.avatars import set_small_avatar
from chat_app.core.rooms.commands import archive_room, create_room, update_room
from chat_app.core.rooms.tables import Room
from chat_app.demo.errors import CannotFill
from chat_app.demo.pictures import landscape
from chat_app.demo.script import LineScript, PersonScript, RoomScript, newest_day, people, rooms, time_at
from chat_app.settings import Settings

_DOMAIN = "hondana.example"
_BEFORE = timedelta(minutes=20)  # when a room is made, before the first word in it
_SOON = timedelta(minutes=2)  # when a word is changed or taken back


def fill(settings: Settings) -> str:
    """Fill the database of ``settings`` unless that was done; return the text to print. Raises `CannotFill`."""
    assert settings.database_url is not None, "the launcher sets DATABASE_URL to the embedded database"
    return asyncio.run(_fill(settings.database_url.get_secret_value(), settings.origin))


async def _fill(url: str, origin: str) -> str:
    engine = create_async_engine(url)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    work = UnitOfWork(async_sessionmaker(engine, expire_on_commit=False), Policy(), limiter, jobs=ProcrastinateQueue())
    try:
        async with work.begin() as ctx:
            if await ctx.db.scalar(select(User).where(col(User.email).endswith(f"@{_DOMAIN}")).limit(1)):
                return "The sample community is there already; nothing was changed."
            return await _Community(ctx).settle(origin)
    except Taken as error:
        raise CannotFill(
            "A name of the sample community is taken here: fill an empty database (set PARLEY_DATA_DIR)."
        ) from error
    finally:
        await engine.dispose()


class _Community:
    """The people of the script, acting in one transaction whose time is set back."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        ctx.clock = lambda: ctx.now
        self._rooms = rooms()
        self._newest = newest_day(self._rooms, datetime.now().astimezone())
        self._people: dict[str, Actor] = {}
        self._labels: dict[str, UUID] = {}

    async def settle(self, origin: str) -> str:
        """Create all accounts, rooms and messages; return how to sign in."""
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        beginning = min(self._moment(room.lines[0].at) for room in self._rooms) - timedelta(days=1)
        for person in people():
            await self._sign_up(person, password, beginning)
        for room in self._rooms:
            await self._live_through(room)
        messages = sum(1 + (line.answer is not None) for room in self._rooms for line in room.lines)
        admins = [name for name, actor in self._people.items() if SiteRole.ADMIN in actor.site_roles]
        size = f"{len(self._people)} people, {len(self._rooms)} rooms, {messages} messages"
        admin = f" ({admins[0]} is the site's admin)" if admins else ""
        return (
            f"A sample community is here: {size}.\n"
            f"Sign in at {origin} as {_listed(self._people)}{admin}.\n"
            f"The password of each of them, shown this once: {password}"
        )

    async def _sign_up(self, person: PersonScript, password: str, at: datetime) -> None:
        ctx, self._ctx.now = self._ctx, at
        name = person.username
        email, locale = f"{name}@{_DOMAIN}", person.locale
        user = await register(ctx, email=email, username=name, password=password, name=person.name, locale=locale)
        ctx.actor = Actor(user.person(), new_id(), frozenset(user.site_roles))
        await update_profile(ctx, color=person.color)
        await dismiss_first_steps(ctx)
        if person.picture:
            await set_small_avatar(ctx, landscape(*person.picture))
        self._people[name] = Actor(user.person(), new_id(), frozenset(user.site_roles))

    async def _live_through(self, room: RoomScript) -> None:
        start = self._moment(room.lines[0].at)
        if room.direct:
            room_id = await self._start_direct(room, start - _BEFORE)
        else:
            room_id = await (self._start_chat(room, start) if room.private else self._open(room, start - _BEFORE))
        for line in room.lines[1:] if room.private else room.lines:
            await self._say(room_id, line)
        end = self._moment(room.lines[-1].at) + _SOON
        for name in filter(None, (room.master, room.direct, *room.members)):
            ctx = self._as(name, end)
            said = (await ctx.db.get_one(Room, room_id)).last_seq
            await mark_read(ctx, room_id, said - room.unread.get(name, 0))
        if room.archived:
            await archive_room(self._as(room.master, end), room_id)

    async def _start_chat(self, room: RoomScript, at: datetime) -> UUID:
        ctx, first = self._as(room.master, at), room.lines[0]
        room_id = (await start_chat(ctx, first.text, nonce=uuid4())).id
        await self._answer(room_id, 2, first)
        await update_room(self._as(room.master, at), room_id, name=room.name)
        return room_id

    async def _start_direct(self, room: RoomScript, at: datetime) -> UUID:
        for one, other in ((room.master, room.direct), (room.direct, room.master)):
            await add_contact(self._as(one, at), other)
        return (await start_direct_chat(self._as(room.master, at), room.direct)).room.id

    async def _open(self, room: RoomScript, at: datetime) -> UUID:
        ctx = self._as(room.master, at)
        access = await create_room(ctx, name=room.name, description=room.description, ai_rule=room.ai_rule)
        for name, role in room.members.items():
            link = await create_invite_link(self._as(room.master, at), access.room.id, role=Role(role), max_uses=1)
            await ctx.db.flush()
            await join_by_link(self._as(name, at), link.token)
        return access.room.id

    async def _say(self, room_id: UUID, line: LineScript) -> None:
        at = self._moment(line.at)
        ctx = self._as(line.by, at)
        said = await post_message(ctx, room_id, line.text, reply_to=self._labels[line.reply] if line.reply else None)
        self._remember(line.label, said.id)
        await self._answer(room_id, said.seq + 1, line)
        if line.edited:
            await edit_message(self._as(line.by, at + _SOON), said.id, line.edited)
        if line.deleted:
            await delete_message(self._as(line.by, at + _SOON), said.id)
        await self._mark(said.id, line, at + _SOON)

    async def _mark(self, message_id: UUID, line: LineScript, at: datetime) -> None:
        for emoji, names in line.reactions.items():
            for name in names:
                await react(self._as(name, at), message_id, emoji)
        for name in line.starred:
            await star_message(self._as(name, at), message_id)
        if line.pinned:
            await pin_message(self._as(line.by, at), message_id)

    async def _answer(self, room_id: UUID, seq: int, line: LineScript) -> None:
        """Write the answer to ``line``, as the worker would."""
        if not (answer := line.answer):
            return
        ctx = self._as(line.by, self._moment(line.at))
        place = select(Message).where(col(Message.room_id) == room_id, col(Message.seq) == seq)
        message = (await ctx.db.scalars(place)).one()
        [run_id] = await claim_runs(ctx, 1)  # the oldest is ours: it is dated before any real question
        if run_id != message.run_id or not (claim := await begin_run(ctx, run_id, answer.model)):
            raise CannotFill("A question waits here for its answer: fill the database when nothing is being asked.")
        ctx.now += timedelta(seconds=answer.seconds)
        read = sum(estimate_tokens(said.text) for said in claim.history)
        usage = Usage(read, estimate_tokens(answer.text)) if answer.status == "complete" else None
        text, status = answer.text.strip(), Status(answer.status)
        await finish_run(ctx, run_id, status, text, error=answer.error, usage=usage)
        self._remember(answer.label, message.id)

    def _as(self, name: str, at: datetime) -> Context:
        """Begin a transaction as ``name`` at the time ``at``."""
        self._ctx.actor, self._ctx.now = self._people[name], at
        return self._ctx

    def _moment(self, at: str) -> datetime:
        return time_at(at, self._newest)

    def _remember(self, label: str | None, message_id: UUID) -> None:
        if label:
            self._labels[label] = message_id


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}"
