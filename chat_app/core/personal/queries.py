"""All that Parley has of a person, for themselves."""

from datetime import datetime
from typing import Any, Final

from limits import RateLimitItemPerHour
from sqlalchemy import select

from chat_app.core.accounts.people import blocked_people, contacts
from chat_app.core.accounts.queries import get_user
from chat_app.core.accounts.tables import UserSession
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Member, Room

EXPORTS: Final = RateLimitItemPerHour(10, namespace="exports")


async def export_own_data(ctx: Context) -> dict[str, Any]:
    """The actor's account, sessions, people, rooms and messages, as JSON. Raises ``RateLimited``."""
    await ctx.limit(EXPORTS, str(ctx.me.user_id))
    user = await get_user(ctx, ctx.me.user_id)
    return {
        "exported_at": _moment(ctx.now),
        "account": {
            **user.person().as_json(),
            "email": user.email,
            "locale": user.locale,
            "theme": user.theme,
            "shows_presence": user.shows_presence,
            "created_at": _moment(user.created_at),
        },
        "sessions": await _sessions(ctx),
        "contacts": [person.username for person in await contacts(ctx)],
        "blocked": [person.username for person in await blocked_people(ctx)],
        "rooms": await _rooms(ctx),
        "messages": await _messages(ctx),
    }


async def _sessions(ctx: Context) -> list[dict[str, Any]]:
    mine = select(UserSession).where(UserSession.user_id == ctx.me.user_id).order_by(UserSession.created_at)
    return [
        {"created_at": _moment(one.created_at), "address": one.address, "device": one.user_agent}
        for one in await ctx.db.scalars(mine)
    ]


async def _rooms(ctx: Context) -> list[dict[str, Any]]:
    mine = (
        select(Room.id, Room.name, Member.role, Member.joined_at)
        .join(Member, Member.room_id == Room.id)
        .where(Member.user_id == ctx.me.user_id, Room.deleted_at.is_(None))
        .order_by(Member.joined_at)
    )
    return [
        {"id": str(room_id), "name": name, "role": role, "joined_at": _moment(joined)}
        for room_id, name, role, joined in await ctx.db.execute(mine)
    ]


async def _messages(ctx: Context) -> list[dict[str, Any]]:
    """What the actor has said and not taken back, whether they are still in the room or not."""
    own = (
        select(Message.id, Message.room_id, Message.created_at, Message.text)
        .where(Message.author_id == ctx.me.user_id, Message.deleted_at.is_(None))
        .order_by(Message.created_at, Message.id)
    )
    return [
        {"id": str(message_id), "room": str(room_id), "at": _moment(at), "text": text}
        for message_id, room_id, at, text in await ctx.db.execute(own)
    ]


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
