"""Read the subject of a decision: the message after which people were silent, and the messages before it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlmodel import col

from chat_app.core.access.features import Feature, is_off
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.ai.context.reading.history import newest_messages
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.ai.tables import AiDecision, DecisionStatus
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.rights.permitting import may
from chat_app.core.rooms.tables import AiRule, Member, Room


@dataclass(frozen=True, slots=True)
class Silence:
    """The silence of a room about which a model is asked."""

    room_id: UUID
    message_id: UUID
    model: str | None
    """The room's model."""
    instructions: str
    history: tuple[PromptMessage, ...]


async def read_silence(ctx: Context, decision_id: UUID) -> Silence | None:
    """Return the subject of a claimed decision.

    If the decision is not needed any more, delete it and return ``None``.
    """
    decision = await ctx.db.get(AiDecision, decision_id)
    if decision is None or decision.status != DecisionStatus.DECIDING:
        return None
    room = await ctx.db.get_one(Room, decision.room_id)
    message = await ctx.db.get_one(Message, decision.message_id)
    if not await still_matters(ctx, room, message):
        await ctx.db.delete(decision)
        return None
    history = tuple(await newest_messages(ctx, room))
    return Silence(room.id, message.id, room.ai_model, room.ai_instructions, history)


async def still_matters(ctx: Context, room: Room, message: Message) -> bool:
    """Return whether the AI of a room may still join in after a message: it is allowed, and no later message exists."""
    cutoff = room.ai_context_cutoff_at
    if room.deleted_at is not None or room.ai_rule != AiRule.HELPFUL or is_off(ctx.policy, Feature.AI):
        return False
    if message.deleted_at is not None or message.exclude_from_ai or (cutoff and message.created_at < cutoff):
        return False
    member = await ctx.db.get(Member, (room.id, message.author_id)) if message.author_id else None
    if member is None or not may(room, Role(member.role), Permission.ASK_AI):  # nobody has it in an archived room
        return False
    since = exists().where(
        col(Message.room_id) == room.id,
        col(Message.seq) > message.seq,
        col(Message.event).is_(None),
        col(Message.deleted_at).is_(None),
    )
    return not await ctx.db.scalar(select(since))
