"""The displayed data of tool calls, in the message's row: a page of history needs no further query."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import cut
from chat_app.core.messages.answer_tables import TOOL_FAILED, CallStatus, MessageCall
from chat_app.core.messages.tables import Message
from chat_app.core.messages.wire.messages import ToolCallJson

SHOWN: Final = 200
"""Characters of arguments, and of a tool's error text, in each message. The rest is loaded when it is read."""

Entry = dict[str, Any]
"""A call as it is stored with its message: as on the wire, with the id of the person who decided in ``by``."""


def entry_of(call: MessageCall) -> Entry:
    """Return the displayed data of a call. Pure. While it waits for approval, this includes all arguments."""
    whole = call.status == CallStatus.WAITING
    entry: Entry = {"id": str(call.id), "tool": call.tool, "label": call.label, "status": call.status}
    entry["arguments"] = call.arguments if whole else cut(call.arguments, SHOWN)
    if call.source:
        entry["source"] = call.source
    if call.error:
        entry["error"] = call.error
    if call.status == CallStatus.FAILED and call.result and call.error == TOOL_FAILED:
        entry["words"] = cut(call.result, SHOWN)
    if call.decided_by_id:
        entry["by"] = str(call.decided_by_id)
    return entry


def show_calls(message: Message, calls: Iterable[MessageCall]) -> None:
    """Update the calls in their message: each in its place, new ones at the end."""
    shown = {entry["id"]: entry for entry in message.tool_calls or ()}
    message.tool_calls = list((shown | {str(call.id): entry_of(call) for call in calls}).values())


def deciders(entries: Iterable[Entry]) -> list[UUID]:
    """Return the people who have decided calls. Pure."""
    return [UUID(entry["by"]) for entry in entries if "by" in entry]


def calls_json(entries: Iterable[Entry], persons: Mapping[UUID, Person]) -> tuple[ToolCallJson, ...]:
    """Return the calls in their wire shape. Pure."""
    return tuple(_call_json(entry, persons) for entry in entries)


def _call_json(entry: Entry, persons: Mapping[UUID, Person]) -> ToolCallJson:
    by = persons.get(UUID(entry["by"])) if "by" in entry else None
    shape = {name: value for name, value in entry.items() if name != "by"}
    return cast(ToolCallJson, {**shape, "by": by.as_json()} if by else shape)


async def drop_calls(ctx: Context, message: Message) -> None:
    """Delete all calls of a message, which is being deleted."""
    if message.is_ai:
        await ctx.db.execute(delete(MessageCall).where(col(MessageCall.message_id) == message.id))
        message.tool_calls = None
