"""Events of the context. Every argument is hostile until a use case has checked it."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.ai.context.reading.given import GivenJson, context_messages, given_context
from chat_app.core.ai.context.shapes.earlier import SummaryJson
from chat_app.core.ai.decisions.queries import DecisionView, list_decisions
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context, preview_instructions, start_context_at
from chat_app.core.ai.preview.draft import foresee
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import cut, storable
from chat_app.core.kernel.texts.plain import plain_text
from chat_app.core.kernel.wire import timestamp
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.people.blocks import blocked_ids
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.ui.acts.context import ContextVars, DecisionsVars, DecisionVar, SeenVar, SummaryVar
from chat_app.ui.acts.state import Acts
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import answering, close_dialog
from chat_app.ui.transport.drafts import draft_of

CONTEXT: Final = "ai-context"
INSTRUCTIONS: Final = "ai-instructions"
DECISIONS: Final = "ai-decisions"
SHOWN: Final = 50
"""The maximum number of messages in each of the two lists: the newest."""
_EXCERPT: Final = 140


@rx.event
async def preview(state: Acts, room: str, draft: dict[str, Any]) -> None:
    """Show the AI's present context of a room, with the draft of a message if it asks the AI."""
    state.context = None
    offered = await runtime().gateway.models()
    async with answering(state, room) as ctx:
        seen = await foresee(ctx, offered, room, draft_of(draft))
        found = seen[0] if seen else await preview_context(ctx, offered, room)
        shown = await _vars(ctx, room, found, offered)
        shown.instructions, shown.cost, shown.estimated = found["instructions"], found["cost"] or 0, found["estimated"]
        state.context = shown


@rx.event
async def show_given(state: Acts, room: str, message: str) -> None:
    """Show the context of an answer in the room."""
    state.context = None
    offered = await runtime().gateway.models()
    async with answering(state, message) as ctx:
        found = await given_context(ctx, message)
        shown = await _vars(ctx, room, found, offered)
        shown.given = True
        state.context = shown


@rx.event
async def start_here(state: Acts, message: str) -> None:
    """Hide the room's messages before this one from models."""
    async with answering(state, message) as ctx:
        await start_context_at(ctx, message)


@rx.event
async def start_anywhere(state: Acts, room: str) -> None:
    """Show models the whole room again."""
    async with answering(state, room) as ctx:
        await set_ai(ctx, [], room, cutoff=(None,))


@rx.event
async def show_system(state: Acts, room: str, instructions: str) -> None:
    """Show the whole system text of a room's models, with instructions that are not saved yet."""
    async with answering(state, room) as ctx:
        with suppress(InvalidRoom):  # too long, which saving will report
            text = await preview_instructions(ctx, room, storable(instructions))
            if state.context:
                state.context = replace(state.context, system=text)


@rx.event
async def instruct(state: Acts, fields: dict[str, Any]) -> None:
    """Change the instructions of a room for its models."""
    async with submitting(state, "instructions") as ctx:
        await set_ai(ctx, [], text_of(fields, "room"), instructions=text_of(fields, "instructions"))
        close_dialog(ctx, state, INSTRUCTIONS)


@rx.event
async def show_decisions(state: Acts, room: str) -> None:
    """Show the decisions of a room's AI, with the reasons."""
    state.decisions = None
    labels = {each.id: each.label for each in await runtime().gateway.models()}
    async with answering(state, room) as ctx:
        page = await list_decisions(ctx, room, limit=SHOWN)
        views = {view.id: view for view in await context_messages(ctx, room, [each.message_id for each in page.items])}
        blocked = await blocked_ids(ctx)
        made = [_decision(each, views[each.message_id], blocked, labels) for each in page.items]
        state.decisions = DecisionsVars(made)


def _decision(
    made: DecisionView, about: MessageView, blocked: Collection[UUID], labels: Mapping[str, str]
) -> DecisionVar:
    return DecisionVar(
        message=str(about.id),
        text=_excerpt(about),
        veiled=about.author is not None and about.author.id in blocked,
        outcome="dropped" if made.dropped else made.choice.value,
        why=made.reason,
        error=made.error or "",
        emoji=made.emoji or "",
        model=labels.get(made.model or "", made.model or ""),
        tokens=(made.prompt_tokens or 0) + (made.completion_tokens or 0),
        cost=made.cost or 0,
        at=timestamp(made.at),
    )


def _excerpt(view: MessageView) -> str:
    """Return the beginning of a message, or the names of its files."""
    return plain_text(cut(view.text, _EXCERPT)) or cut(", ".join(each["name"] for each in view.attachments), _EXCERPT)


def _summary(found: SummaryJson | None) -> SummaryVar | None:
    if found is None:
        return None
    return SummaryVar(found.get("text", ""), found["messages"], found["tokens"], found["until"])


async def _vars(ctx: Context, room: str, found: GivenJson, offered: list[ModelInfo]) -> ContextVars:
    reasons = {each["id"]: each["reason"] for each in found["left_out"]}
    kept, left_out = found["kept"][-SHOWN:], list(reasons)[-SHOWN:]
    views = await context_messages(ctx, room, [UUID(each) for each in (*kept, *left_out)])
    blocked = await blocked_ids(ctx)
    rows = [
        SeenVar(
            id=str(view.id),
            name=view.author.name if view.author else "",
            ai=view.answer is not None,
            text=_excerpt(view),
            veiled=view.author is not None and view.author.id in blocked,
            at=timestamp(view.at),
            reason=reasons.get(str(view.id), ""),
            pinned=view.pinned_for_ai,
        )
        for view in reversed(views)
    ]
    return ContextVars(
        model=next((each.label for each in offered if each.id == found["model"]), found["model"] or ""),
        assistant=found["assistant"] or "",
        messages=found["messages"],
        files=found["files"],
        tokens=found["tokens"] or 0,
        summary=_summary(found["summary"]),
        seen=[row for row in rows if not row.reason],
        left_out=[row for row in rows if row.reason],
        missing=len(reasons),
    )
