"""Mark messages: by reactions and pins, which everybody in the room sees, and by stars, which oneself alone sees."""

from typing import Any, Final, Literal

from limits import RateLimitItemPerMinute
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.messages.access import access_message
from chat_app.core.messages.commands import announce
from chat_app.core.messages.errors import AiPinsFull, MessageDeleted, PinsFull, ReactionsFull
from chat_app.core.messages.events import MessageStarred
from chat_app.core.messages.rules import canonical_emoji, check_emoji
from chat_app.core.messages.summaries import drop_summary
from chat_app.core.messages.tables import Message, Star
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import advance

REACTIONS_MAX: Final = 20
"""Different reactions to one message."""
PINS_MAX: Final = 50
"""Pinned messages of one room."""
AI_PINS_MAX: Final = 20
"""Messages of one room that are pinned for AI."""
MARKS = RateLimitItemPerMinute(120, namespace="marks")


async def react(ctx: Context, message_id: AnyId, emoji: str, *, on: bool = True) -> MessageView:
    """Add the actor's reaction to a message, or take it back; twice is as good as once.

    Raises :class:`InvalidReaction`, :class:`MessageDeleted`, :class:`ReactionsFull` or ``RateLimited``.
    """
    emoji = check_emoji(emoji)
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_message(ctx, message_id, Permission.SEND)
    message = _standing(access.message)
    before = message.reactions or []
    reactions = with_reaction(before, emoji, str(ctx.me.user_id), on=on)
    if len(reactions) > max(REACTIONS_MAX, len(before)):
        raise ReactionsFull(maximum=REACTIONS_MAX)
    if reactions != before:
        message.reactions = reactions or None
        message.rev = advance(access.room.room)
    return await announce(ctx, message)


def with_reaction(
    reactions: list[dict[str, Any]], emoji: str, who: str, *, on: bool, by: Literal["by", "models"] = "by"
) -> list[dict[str, Any]]:
    """Return the reactions after ``who`` has added or removed ``emoji``, without empty ones.

    Pure. ``by`` says whether ``who`` is among the people or the ``models`` of a reaction.
    """
    given = {each["emoji"]: each for each in reactions}
    reaction = given.get(emoji, {"emoji": emoji, "by": []})
    others = [each for each in reaction.get(by, []) if each != who]
    if not on:
        given[emoji] = reaction | {by: others}
    elif who not in reaction.get(by, []):
        given[emoji] = reaction | {by: [*others, who]}
    return [each for each in given.values() if each["by"] or each.get("models")]


def in_one_form(reactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reactions, each emoji in its one form, and who has given it in several once. Pure."""
    by: dict[str, dict[str, None]] = {}
    for each in reactions:
        by.setdefault(canonical_emoji(each["emoji"]), {}).update(dict.fromkeys(each["by"]))
    return [{"emoji": emoji, "by": list(who)} for emoji, who in by.items()]


async def pin_message(ctx: Context, message_id: AnyId, *, on: bool = True) -> MessageView:
    """Pin a message for the whole room, or unpin it. Raises :class:`MessageDeleted` or :class:`PinsFull`."""
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_message(ctx, message_id, Permission.PIN)
    message = _standing(access.message)
    if on == (message.pinned_at is not None):
        return await announce(ctx, message)
    if on:
        pinned = col(Message.room_id) == message.room_id, col(Message.pinned_at).is_not(None)
        if (await ctx.db.scalar(select(func.count()).where(*pinned)) or 0) >= PINS_MAX:
            raise PinsFull(maximum=PINS_MAX)
    message.pinned_at = ctx.now if on else None
    message.rev = advance(access.room.room)
    return await announce(ctx, message)


async def exclude_from_ai(ctx: Context, message_id: AnyId, *, on: bool = True) -> MessageView:
    """Hide a message from models, or show it to them again: the actor's own, an answer to the actor, or any with
    ``Permission.MANAGE_AI``. Raises :class:`MessageDeleted`.
    """
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_message(ctx, message_id, Permission.VIEW)
    message = _standing(access.message)
    own = ctx.me.user_id in (message.author_id, message.asked_by_id)
    access.room.require(Permission.SEND if own else Permission.MANAGE_AI)
    if message.exclude_from_ai != on:
        message.exclude_from_ai, message.rev = on, advance(access.room.room)
        await drop_summary(ctx, access.room.room, message)
    return await announce(ctx, message)


async def pin_for_ai(ctx: Context, message_id: AnyId, *, on: bool = True) -> MessageView:
    """Keep a message in models' windows even when newer ones fill them, or no longer.

    One that is hidden from them, or from before the room's cutoff, they do not see all the same. Takes
    ``Permission.MANAGE_AI``. Raises :class:`MessageDeleted` or :class:`AiPinsFull`.
    """
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_message(ctx, message_id, Permission.MANAGE_AI)
    message = _standing(access.message)
    if message.pinned_for_ai == on:
        return await announce(ctx, message)
    if on:
        pinned = col(Message.room_id) == message.room_id, col(Message.pinned_for_ai)
        if (await ctx.db.scalar(select(func.count()).where(*pinned)) or 0) >= AI_PINS_MAX:
            raise AiPinsFull(maximum=AI_PINS_MAX)
    message.pinned_for_ai, message.rev = on, advance(access.room.room)
    return await announce(ctx, message)


async def star_message(ctx: Context, message_id: AnyId, *, on: bool = True) -> None:
    """Star or unstar a message that the actor can see. Raises :class:`MessageDeleted`."""
    await ctx.limit(MARKS, str(ctx.me.user_id))
    access = await access_message(ctx, message_id, Permission.VIEW, lock=False)
    star = {"user_id": ctx.me.user_id, "message_id": access.message.id}
    if on:
        _standing(access.message)
        await ctx.db.execute(insert(Star).values(**star, created_at=ctx.now).on_conflict_do_nothing())
    else:
        await ctx.db.execute(delete(Star).where(*(col(getattr(Star, key)) == value for key, value in star.items())))
    ctx.emit(MessageStarred(ctx.me.user_id, access.message.room_id, access.message.id, on))


def _standing(message: Message) -> Message:
    if message.deleted_at is not None:
        raise MessageDeleted()
    return message
