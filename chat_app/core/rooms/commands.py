"""Create, change, leave and delete rooms."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from limits import RateLimitItemPerHour
from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import col

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import AI_RIGHTS, Permission, Role
from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.accounts.queries import lock_people
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Invalid, NotAllowed
from chat_app.core.kernel.ids import AnyId, new_id
from chat_app.core.rooms import rules
from chat_app.core.rooms.access import RoomAccess, access_room, advance, room_changed
from chat_app.core.rooms.errors import MasterMustTransfer
from chat_app.core.rooms.events import FavoriteMarked, MemberJoined, MemberLeft, RoomDeleted
from chat_app.core.rooms.help.commands import end_help, end_help_of
from chat_app.core.rooms.kinds.help import HelpEnd
from chat_app.core.rooms.kinds.lines import LineKind
from chat_app.core.rooms.lines.writing import LINES, write_line
from chat_app.core.rooms.membership.joining import cancel_all_pending
from chat_app.core.rooms.membership.newcomers import choose_newcomers
from chat_app.core.rooms.tables import AiRule, Member, Room, RoomKind

MADE = RateLimitItemPerHour(300, namespace="rooms_made")


async def count_room(ctx: Context) -> None:
    """Count a room that the actor is about to create. Raises ``RateLimited``."""
    await ctx.limit(MADE, str(ctx.me.user_id))


async def create_room(
    ctx: Context,
    *,
    name: str,
    kind: RoomKind = RoomKind.ROOM,
    description: str = "",
    ai_rule: str = AiRule.MENTIONED,
    ai_model: str | None = None,
    auto_named: bool = False,
    room_id: UUID | None = None,
    counted: bool = False,
) -> RoomAccess:
    """Create a room with the actor as its master. Raises as the checks of its fields do, or ``RateLimited``.

    A caller that has locked anything has ``counted`` it before, by :func:`count_room`.
    """
    if kind == RoomKind.ROOM and not site_can(ctx.me.site_roles, SitePermission.MANAGE_SITE):
        require_feature(ctx, Feature.ROOMS)
    if not counted:
        await count_room(ctx)
    room = Room(
        id=room_id or new_id(),
        kind=kind,
        name=rules.check_name(name),
        description=rules.check_description(description),
        auto_named=auto_named,
        ai_rule=_check_rule(ai_rule),
        ai_model=ai_model,
        rev=1,
        created_by=ctx.me.user_id,
        created_at=ctx.now,
        last_activity_at=ctx.now,
    )
    member = Member(room_id=room.id, user_id=ctx.me.user_id, role=Role.MASTER, joined_at=ctx.now)
    ctx.db.add(room)
    await ctx.db.flush()
    await lock_people(ctx, [ctx.me.user_id])
    ctx.db.add(member)
    ctx.emit(MemberJoined(room.id, room.rev, ctx.me.person, member.role))
    return RoomAccess(room, member)


async def update_room(
    ctx: Context,
    room_id: AnyId,
    *,
    name: str | None = None,
    description: str | None = None,
    slow_seconds: int | None = None,
    join_approval: bool | None = None,
    newcomers_see: str | None = None,
) -> RoomAccess:
    """Change a room's name, description, slow mode, join approval, or the messages that new members see."""
    if name is not None:
        await ctx.limit(LINES, str(ctx.me.user_id))
    access = await access_room(ctx, room_id, Permission.EDIT_ROOM, lock=True)
    if name is not None:
        await _rename(ctx, access.room, rules.check_name(name))
    if description is not None:
        access.room.description = rules.check_description(description)
    if slow_seconds is not None:
        access.room.slow_seconds = rules.check_slow(slow_seconds)
    if join_approval is not None:
        access.room.join_approval = join_approval
    if newcomers_see is not None:
        choose_newcomers(access, newcomers_see)
    return _changed(ctx, access)


async def set_room_ai(
    ctx: Context,
    room_id: AnyId,
    *,
    rule: str | None = None,
    model: str | None = None,
    fallback_model: str | None = None,
    assistant: tuple[UUID, str] | Literal[""] | None = None,
    instructions: str | None = None,
    cutoff: tuple[datetime | None] | None = None,
    parameters: Mapping[str, object] | None = None,
    tools: Callable[[Sequence[str]], list[str]] | None = None,
) -> RoomAccess:
    """Set the room's AI rule, model, fallback, assistant (the caller has checked that they are offered), instructions,
    cutoff, parameters or tools. None leaves a value unchanged; an empty model or assistant removes it. ``cutoff`` holds
    the new time, or None for no cutoff. ``tools`` returns the new ids from the present ones.
    """
    access = await access_room(ctx, room_id, Permission.VIEW, lock=True)
    room, chooses = access.room, any(each is not None for each in (model, fallback_model, assistant))
    if not chooses or any(each is not None for each in (rule, instructions, cutoff, parameters, tools)):
        access.require(Permission.MANAGE_AI)
    if chooses:
        access.require(Permission.CHOOSE_MODEL)
        _choose(room, model, fallback_model, assistant)
    if parameters is not None:
        room.ai_parameters = rules.check_parameters(parameters, room.ai_parameters)
    if tools is not None:
        room.ai_tools = tools(room.ai_tools)
    if rule is not None:
        room.ai_rule = _check_rule(rule)
    if instructions is not None:
        room.ai_instructions = rules.check_instructions(instructions)
    if cutoff:
        [room.ai_context_cutoff_at] = cutoff
    return _changed(ctx, access)


def _choose(
    room: Room, model: str | None, fallback_model: str | None, assistant: tuple[UUID, str] | Literal[""] | None
) -> None:
    if model is not None:
        room.ai_model = model or None
    if fallback_model is not None:
        room.ai_fallback_model = fallback_model or None
    if assistant is not None:
        room.ai_assistant_id, room.ai_assistant_name = assistant or (None, None)


async def set_ai_rights(ctx: Context, room_id: AnyId, rights: Mapping[str, str]) -> RoomAccess:
    """Set the lowest role for the permissions that a room defines.

    Nobody can give or remove a permission that they do not have, nor remove one from themselves.
    """
    access = await access_room(ctx, room_id, Permission.MANAGE_AI, lock=True)
    if access.room.pair:  # where roles mean nothing
        raise NotAllowed()
    chosen = dict(access.room.ai_rights)
    for right, role in (rules.check_ai_right(*each) for each in rights.items()):
        access.require(right)
        if role.rank > access.role.rank:
            raise NotAllowed()
        chosen[right] = role
    access.room.ai_rights = {right: role for right, role in chosen.items() if AI_RIGHTS[Permission(right)] != role}
    return _changed(ctx, access)


async def archive_room(ctx: Context, room_id: AnyId, *, archived: bool = True) -> RoomAccess:
    """Archive or unarchive a room."""
    access = await access_room(ctx, room_id, Permission.ARCHIVE_ROOM, lock=True)
    access.room.archived_at = ctx.now if archived else None
    if archived:
        await end_help(ctx, access.room, HelpEnd.CLOSED)
    return _changed(ctx, access)


async def delete_room(ctx: Context, room_id: AnyId) -> None:
    """Delete a room for everybody."""
    access = await access_room(ctx, room_id, Permission.DELETE_ROOM, lock=True)
    ctx.emit(RoomDeleted(access.room.id))
    await end_room(ctx, access.room)


async def end_room(ctx: Context, room: Room) -> None:
    """Delete a locked room with its asides, and cancel what is pending there."""
    room.deleted_at = ctx.now
    await end_help(ctx, room, HelpEnd.CLOSED)
    await cancel_all_pending(ctx, room)
    await ctx.db.execute(update(Room).where(*_asides_of(room)).values(deleted_at=ctx.now))


async def mark_favorite(ctx: Context, room_id: AnyId, *, on: bool) -> None:
    """Keep a room among the actor's favorites, or remove it from them."""
    access = await access_room(ctx, room_id, Permission.VIEW)
    access.member.favorite = on
    ctx.emit(FavoriteMarked(ctx.me.user_id, access.room.id, on))


async def leave_room(ctx: Context, room_id: AnyId) -> None:
    """Leave a room.

    Raises :class:`MasterMustTransfer` for the master while there are other members. A room without members is deleted.
    A direct chat cannot be left: it ends with an account, or with a block.
    """
    access = await access_room(ctx, room_id, Permission.VIEW, lock=True)
    if access.room.pair:
        raise NotAllowed()
    rev = advance(access.room)
    others = await ctx.db.scalar(select(func.count() - 1).where(col(Member.room_id) == access.room.id))
    if others and access.role is Role.MASTER:
        raise MasterMustTransfer()
    await ctx.db.delete(access.member)
    ctx.emit(MemberLeft(access.room.id, rev, ctx.me.user_id))
    if others:
        await end_help_of(ctx, access.room, ctx.me.user_id)
        await write_line(ctx, access.room, LineKind.LEFT, ctx.me.person)
    else:
        await end_room(ctx, access.room)


def _asides_of(room: Room) -> tuple[ColumnElement[bool], ...]:
    return (col(Room.parent_id) == room.id, col(Room.deleted_at).is_(None))  # as the index has them


async def _rename(ctx: Context, room: Room, name: str) -> None:
    is_other, room.name, room.auto_named = name != room.name, name, False
    if is_other:
        await write_line(ctx, room, LineKind.RENAMED, ctx.me.person, name=name)
        await ctx.db.execute(update(Room).where(*_asides_of(room)).values(name=name))


def _changed(ctx: Context, access: RoomAccess) -> RoomAccess:
    advance(access.room)
    ctx.emit(room_changed(access.room))
    return access


def _check_rule(value: str) -> str:
    try:
        return AiRule(value)
    except ValueError:
        raise Invalid("choice_invalid", field="ai_rule") from None
