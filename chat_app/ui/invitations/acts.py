"""Events of inviting and answering. Every argument is hostile until a use case has checked it."""

from typing import Any

import reflex as rx

from chat_app.core.invitations.answers import accept_invitation, cancel_invitation, decline_invitation
from chat_app.core.invitations.group import invite_group
from chat_app.core.invitations.personal import invite
from chat_app.core.live.snapshots import asked_op, inbox_op
from chat_app.core.rooms.commands import update_room
from chat_app.ui.acts.state import Acts
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import answer, answering, close_dialog

INBOX = "inbox"


@rx.event
async def invite_person(state: Acts, fields: dict[str, Any]) -> None:
    """Invite a person to a room, by username or email. The op ``invited`` reloads the lists."""
    room = str(fields.get("room"))
    async with submitting(state, "to") as ctx:
        asked = await invite(ctx, room, str(fields.get("to", "")), role=str(fields.get("role")))
        answer(ctx, state, asked_op(room, [asked]))


@rx.event
async def invite_a_group(state: Acts, fields: dict[str, Any]) -> None:
    """Invite everybody in one of the person's groups to a room."""
    room = str(fields.get("room"))
    async with submitting(state) as ctx:
        asked = await invite_group(ctx, room, str(fields.get("group")), role=str(fields.get("role")))
        answer(ctx, state, asked_op(room, asked))


@rx.event
async def choose_newcomers(state: Acts, room: str, wanted: str) -> None:
    """Choose which of the room's messages new members see."""
    async with answering(state, room) as ctx:
        await update_room(ctx, room, newcomers_see=wanted)


@rx.event
async def cancel(state: Acts, room: str, invitation: str) -> None:
    """Cancel an invitation. Everybody who sees the room's invitations is notified."""
    async with answering(state, room) as ctx:
        await cancel_invitation(ctx, room, invitation)


@rx.event
async def accept(state: Acts, invitation: str) -> Any:
    """Accept an invitation and open the room. One that no longer works is removed from the inbox."""
    async with answering(state, invitation) as ctx:
        room = await accept_invitation(ctx, invitation)
        close_dialog(ctx, state, INBOX)
    return rx.redirect(f"/r/{room.id}") if ctx.committed else await _look_again(state)


@rx.event
async def decline(state: Acts, invitation: str) -> None:
    """Decline an invitation."""
    async with answering(state, invitation) as ctx:
        await decline_invitation(ctx, invitation)
    if not ctx.committed:
        await _look_again(state)


async def _look_again(state: Acts) -> None:
    async with answering(state, INBOX) as ctx:
        answer(ctx, state, await inbox_op(ctx))
