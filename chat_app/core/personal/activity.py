"""Export the actor's activity in rooms, without other people's texts."""

from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.ai.tables import AiRun
from chat_app.core.direct.queries import direct_peers
from chat_app.core.files.tables import Attachment
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context
from chat_app.core.messages.answer_tables import Rating
from chat_app.core.messages.tables import Message, Star
from chat_app.core.rooms.help.tables import HelpRequest
from chat_app.core.rooms.membership.tables import Ban, JoinRequest
from chat_app.core.rooms.tables import Member, Room, RoomInvitation
from chat_app.core.safety.tables import Report

Rows = list[dict[str, Any]]


async def rooms(ctx: Context) -> Rows:
    """Return the actor's rooms; for a direct chat with the other person's name."""
    mine = (
        select(Room, Member)
        .join(Member, col(Member.room_id) == col(Room.id))
        .where(col(Member.user_id) == ctx.me.user_id, col(Room.deleted_at).is_(None))
        .order_by(col(Member.joined_at), col(Room.id))
    )
    found = (await ctx.db.execute(mine)).all()
    peers = await direct_peers(ctx, [room for room, _ in found])
    return [
        {
            "id": room.id,
            "kind": room.kind,
            "name": room.name,
            "with": peers[room.id].username if room.id in peers else None,
            "role": member.role,
            "joined_at": member.joined_at,
            "read": member.last_read_seq,
        }
        for room, member in found
    ]


async def bans(ctx: Context) -> Rows:
    """Return the rooms from which the actor is banned."""
    mine = (
        select(col(Ban.room_id), col(Ban.banned_at))
        .where(col(Ban.user_id) == ctx.me.user_id)
        .order_by(col(Ban.banned_at))
    )
    return await _rows(ctx, mine, "room", "at")


async def join_requests(ctx: Context) -> Rows:
    """Return the rooms that the actor has requested to join."""
    mine = select(col(JoinRequest.room_id), col(JoinRequest.asked_at)).where(col(JoinRequest.user_id) == ctx.me.user_id)
    return await _rows(ctx, mine.order_by(col(JoinRequest.asked_at)), "room", "at")


async def invitations(ctx: Context) -> Rows:
    """Return the invitations that the actor received, and their answers."""
    asked = RoomInvitation
    mine = select(col(asked.room_id), col(asked.role), col(asked.status), col(asked.created_at), col(asked.answered_at))
    mine = mine.where(col(asked.user_id) == ctx.me.user_id).order_by(col(asked.created_at), col(asked.id))
    return await _rows(ctx, mine, "room", "role", "status", "at", "answered_at")


async def invitations_sent(ctx: Context) -> Rows:
    """Return the invitations that the actor sent."""
    asked = RoomInvitation
    mine = select(col(asked.room_id), col(User.username), col(asked.role), col(asked.created_at)).join(
        User, col(User.id) == col(asked.user_id)
    )
    mine = mine.where(col(asked.invited_by) == ctx.me.user_id).order_by(col(asked.created_at), col(asked.id))
    return await _rows(ctx, mine, "room", "username", "role", "at")


async def invite_links(ctx: Context) -> Rows:
    """Return the invite links that the actor created, without their tokens."""
    link = InviteLink
    mine = select(
        col(link.room_id),
        col(link.role),
        col(link.sent_to),
        col(link.uses),
        col(link.created_at),
        col(link.expires_at),
        col(link.revoked_at),
    )
    mine = mine.where(col(link.created_by) == ctx.me.user_id).order_by(col(link.created_at), col(link.id))
    return await _rows(ctx, mine, "room", "role", "sent_to", "uses", "created_at", "expires_at", "revoked_at")


async def messages(ctx: Context) -> Rows:
    """Return the actor's undeleted messages and lines, including those in rooms that they left."""
    said = Message
    kind = col(said.event)["kind"].astext
    mine = select(
        col(said.id),
        col(said.room_id),
        col(said.created_at),
        col(said.edited_at),
        col(said.reply_to_id),
        col(said.text),
        kind,
    )
    mine = mine.where(col(said.author_id) == ctx.me.user_id, col(said.deleted_at).is_(None)).order_by(
        col(said.created_at), col(said.id)
    )
    return await _rows(ctx, mine, "id", "room", "at", "edited_at", "reply_to", "text", "event")


async def questions(ctx: Context) -> Rows:
    """Return the actor's questions to models."""
    run = AiRun
    mine = select(
        col(run.message_id),
        col(run.room_id),
        col(run.created_at),
        col(run.model),
        col(run.status),
        col(run.completion_tokens),
    )
    mine = mine.where(col(run.asked_by_id) == ctx.me.user_id, ~col(run.unasked)).order_by(
        col(run.created_at), col(run.id)
    )
    return await _rows(ctx, mine, "answer", "room", "at", "model", "status", "tokens")


async def reactions(ctx: Context) -> Rows:
    """Return the actor's reactions, without times, which are not stored."""
    each = func.jsonb_array_elements(col(Message.reactions)).table_valued("value").render_derived()
    given = each.c.value.cast(JSONB)
    mine = (
        select(col(Message.id), col(Message.room_id), given["emoji"].astext)
        .join(each, literal(True))
        .where(col(Message.reactions).is_not(None), given["by"].contains([str(ctx.me.user_id)]))
        .order_by(col(Message.created_at), col(Message.id))
    )
    return await _rows(ctx, mine, "message", "room", "emoji")


async def stars(ctx: Context) -> Rows:
    """Return the messages that the actor has starred."""
    mine = select(col(Star.message_id), col(Message.room_id), col(Star.created_at)).join(
        Message, col(Message.id) == col(Star.message_id)
    )
    mine = mine.where(col(Star.user_id) == ctx.me.user_id).order_by(col(Star.created_at), col(Star.message_id))
    return await _rows(ctx, mine, "message", "room", "at")


async def files(ctx: Context) -> Rows:
    """Return the files that the actor has uploaded: the files themselves are at ``/attachments/{id}/file``."""
    file = Attachment
    mine = select(
        col(file.id),
        col(file.room_id),
        col(file.message_id),
        col(file.name),
        col(file.caption),
        col(file.mime_type),
        col(file.size),
        col(file.created_at),
    )
    mine = mine.where(col(file.uploader_id) == ctx.me.user_id).order_by(col(file.created_at), col(file.id))
    return await _rows(ctx, mine, "id", "room", "message", "name", "caption", "mime_type", "size", "at")


async def ratings(ctx: Context) -> Rows:
    """Return the actor's ratings of answers."""
    mine = select(
        col(Rating.message_id),
        col(Message.room_id),
        col(Rating.created_at),
        col(Rating.model),
        col(Rating.value),
        col(Rating.reason),
    ).join(Message, col(Message.id) == col(Rating.message_id))
    mine = mine.where(col(Rating.user_id) == ctx.me.user_id).order_by(col(Rating.created_at), col(Rating.id))
    return await _rows(ctx, mine, "answer", "room", "at", "model", "value", "reason")


async def mentions(ctx: Context) -> Rows:
    """Return the messages that mention the actor, in rooms that they still see."""
    mine = (
        select(col(Message.id), col(Message.room_id), col(Message.created_at))
        .join(Member, (col(Member.room_id) == col(Message.room_id)) & (col(Member.user_id) == ctx.me.user_id))
        .where(
            col(Message.mentions).is_not(None),
            col(Message.mentions).contains([ctx.me.user_id]),
            col(Message.deleted_at).is_(None),
            col(Message.seq) > col(Member.sees_after),
        )
        .order_by(col(Message.created_at), col(Message.id))
    )
    return await _rows(ctx, mine, "message", "room", "at")


async def reports(ctx: Context) -> Rows:
    """Return the actor's reports, without their outcomes, which concern other people."""
    mine = (
        select(col(Report.created_at), col(Report.message_id), col(User.username), col(Report.reason), col(Report.note))
        .join(User, col(User.id) == col(Report.user_id), isouter=True)
        .where(col(Report.reporter_id) == ctx.me.user_id)
        .order_by(col(Report.created_at), col(Report.id))
    )
    return await _rows(ctx, mine, "at", "message", "username", "reason", "note")


async def help_requests(ctx: Context) -> Rows:
    """Return the actor's requests for help by the site's support."""
    mine = (
        select(col(HelpRequest.room_id), col(HelpRequest.asked_at), col(HelpRequest.reason), col(HelpRequest.ended_at))
        .where(col(HelpRequest.asked_by_id) == ctx.me.user_id)
        .order_by(col(HelpRequest.asked_at), col(HelpRequest.id))
    )
    return await _rows(ctx, mine, "room", "at", "reason", "ended_at")


async def _rows(ctx: Context, statement: Select[*tuple[Any, ...]], *names: str) -> Rows:
    return [dict(zip(names, row, strict=True)) for row in await ctx.db.execute(statement)]
