"""Manage rooms."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import AwareDatetime, StrictBool, StrictFloat, StrictInt
from typing_extensions import TypedDict

from chat_app.api.auth import ListedTools, Managing, Offered, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import Place, RequestBody
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.direct.queries import direct_peers
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.wire import PageJson
from chat_app.core.messages.reading import receipts
from chat_app.core.messages.reading.unread import uncounted_unread
from chat_app.core.messages.retention.choosing import foresee_retention, set_retention
from chat_app.core.rooms import commands, members, queries
from chat_app.core.rooms.access import RoomAccess, access_room
from chat_app.core.rooms.wire import MyRoomJson, PermissionName
from chat_app.core.tools.rules import chosen

router = APIRouter(prefix="/rooms", tags=["rooms"])


class NewRoom(RequestBody):
    """The fields of a new room."""

    name: str
    description: str = ""


class RoomChange(RequestBody):
    """The fields to change; absent fields stay. `slow_seconds` is the wait between two messages of a person, 0 for
    none; with `join_approval`, people with a link wait for approval. New members see `everything`, or the messages
    `from_here`; setting `from_here` again changes nothing. A private chat is shared from its first invitation on,
    unless `everything` is chosen.
    """

    name: str | None = None
    description: str | None = None
    slow_seconds: StrictInt | None = None
    join_approval: StrictBool | None = None
    newcomers_see: str | None = None


class AiParameters(RequestBody):
    """Set how models answer: a `temperature` from 0 to 2, the longest answer as `max_tokens`, and the
    `reasoning_effort` (`low`, `medium`, `high`); an absent one stays, and null is the model's own.
    """

    temperature: StrictInt | StrictFloat | None = None
    max_tokens: StrictInt | None = None
    reasoning_effort: str | None = None


class RoomAi(RequestBody):
    """The AI rule, model, fallback model, assistant, instructions, parameters and tools; absent fields stay unchanged.

    The AI speaks when `mentioned`, `always` or `never`; with `helpful`, when mentioned, and when it decides after some
    seconds of silence that it can help. An empty `model` is the site's default. The `fallback_model` answers if the
    model cannot; empty for none. The room's model answers as the `assistant` of this id; empty for none. `tools` are
    ids of the list at `/tools`. Models see no message from before `context_cutoff_at`; null removes it.
    """

    rule: str | None = None
    model: str | None = None
    fallback_model: str | None = None
    assistant: str | None = None
    parameters: AiParameters | None = None
    tools: list[str] | None = None
    instructions: str | None = None
    context_cutoff_at: AwareDatetime | None = None


class RoomAiRights(RequestBody):
    """The lowest role for each right; an absent one stays."""

    ask_ai: str | None = None
    choose_model: str | None = None
    regenerate_any_answer: str | None = None
    manage_ai: str | None = None
    approve_tools: str | None = None


class Retention(RequestBody):
    """The days after which messages are deleted, no more than the site's."""

    days: StrictInt


class ExpiringOut(TypedDict):
    """The number of messages that are older."""

    messages: int


class NewMaster(RequestBody):
    """The new master."""

    user_id: str


class Read(RequestBody):
    """The `seq` of the last message that was read."""

    seq: Place


class RoomOut(MyRoomJson):
    """A room, the person's role and permissions in it, and the number of unread messages."""

    can: list[PermissionName]
    unread: int


def room_json(access: RoomAccess, peer: Person | None = None, uncounted: int = 0) -> RoomOut:
    """Return a room with the actor's membership; ``peer`` is the other person of a direct chat.

    ``uncounted`` is the number of unread messages that are deleted, or are lines about the room.
    """
    return {
        **access.as_json(peer),
        "can": [permission.value for permission in access.permissions()],
        "unread": access.room.last_seq - access.member.last_read_seq - uncounted,
    }


async def whole_room_json(ctx: Context, access: RoomAccess) -> RoomOut:
    """Return a room that may be a direct chat, and have unread messages."""
    return (await _rooms_json(ctx, [access]))[0]


async def _rooms_json(ctx: Context, found: Sequence[RoomAccess]) -> list[RoomOut]:
    peers = await direct_peers(ctx, (access.room for access in found))
    uncounted = await uncounted_unread(ctx, [access.room.id for access in found])
    return [room_json(each, peers.get(each.room.id), uncounted.get(each.room.id, 0)) for each in found]


@router.get("")
async def list_rooms(ctx: Reading) -> PageJson[RoomOut]:
    """List the person's rooms, the most recently active first."""
    return whole(await _rooms_json(ctx, await queries.my_rooms(ctx)))


@router.post("", status_code=201)
async def create_room(body: NewRoom, ctx: Managing) -> RoomOut:
    """Create a room, as its master."""
    return room_json(await commands.create_room(ctx, name=body.name, description=body.description))


@router.get("/{room_id}")
async def get_room(room_id: str, ctx: Reading) -> RoomOut:
    """Return a room."""
    return await whole_room_json(ctx, await access_room(ctx, room_id, Permission.VIEW))


@router.patch("/{room_id}")
async def change_room(room_id: str, body: RoomChange, ctx: Managing) -> RoomOut:
    """Change a room's name, description, slow mode, join approval, or what newcomers see."""
    return await whole_room_json(ctx, await commands.update_room(ctx, room_id, **body.model_dump()))


@router.patch("/{room_id}/owner")
async def transfer_room(room_id: str, body: NewMaster, ctx: Managing) -> RoomOut:
    """Transfer the room to another member. The former master becomes an admin."""
    return await whole_room_json(ctx, await members.transfer_room(ctx, room_id, body.user_id))


@router.patch("/{room_id}/ai")
async def change_room_ai(room_id: str, body: RoomAi, offered: Offered, tools: ListedTools, ctx: Managing) -> RoomOut:
    """Choose the room's AI rule, model, fallback model, instructions, cutoff, parameters and tools."""
    change = body.model_dump(exclude={"context_cutoff_at", "parameters", "tools"})
    change["tools"] = None if body.tools is None else chosen(tools, body.tools)
    change["parameters"] = body.parameters.model_dump(exclude_unset=True) if body.parameters else None
    if "context_cutoff_at" in body.model_fields_set:
        change["cutoff"] = (body.context_cutoff_at,)
    return await whole_room_json(ctx, await set_ai(ctx, offered, room_id, **change))


@router.patch("/{room_id}/ai/rights")
async def change_ai_rights(room_id: str, body: RoomAiRights, ctx: Managing) -> RoomOut:
    """Set the lowest role for AI rights. A person can neither give nor remove a right that they do not have."""
    return await whole_room_json(ctx, await commands.set_ai_rights(ctx, room_id, body.model_dump(exclude_none=True)))


@router.get("/{room_id}/retention")
async def read_retention(room_id: str, ctx: Reading, days: int) -> ExpiringOut:
    """Return how many messages would be deleted at once if they were kept for so many days."""
    return {"messages": await foresee_retention(ctx, room_id, days)}


@router.patch("/{room_id}/retention")
async def change_retention(room_id: str, body: Retention, ctx: Managing) -> RoomOut:
    """Delete messages after so many days: 1, 7, 30, 90, 180 or 365, or 0 for the site's. Older ones go at once."""
    return await whole_room_json(ctx, await set_retention(ctx, room_id, body.days))


@router.post("/{room_id}/archive")
async def archive_room(room_id: str, ctx: Managing) -> RoomOut:
    """Archive a room, which makes it read-only."""
    return await whole_room_json(ctx, await commands.archive_room(ctx, room_id))


@router.post("/{room_id}/unarchive")
async def unarchive_room(room_id: str, ctx: Managing) -> RoomOut:
    """Open an archived room again."""
    return await whole_room_json(ctx, await commands.archive_room(ctx, room_id, archived=False))


@router.delete("/{room_id}", status_code=204)
async def delete_room(room_id: str, ctx: Managing) -> None:
    """Delete a room for everybody."""
    await commands.delete_room(ctx, room_id)


@router.post("/{room_id}/leave", status_code=204)
async def leave_room(room_id: str, ctx: Managing) -> None:
    """Leave a room. A room without members is deleted."""
    await commands.leave_room(ctx, room_id)


@router.post("/{room_id}/read", status_code=204)
async def mark_read(room_id: str, body: Read, ctx: Managing) -> None:
    """Mark the room as read up to a message; never goes back."""
    await receipts.mark_read(ctx, room_id, body.seq)
