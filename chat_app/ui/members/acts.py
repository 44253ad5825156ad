"""Events that change a room's members and rules. Every argument is hostile until a use case has checked it."""

from typing import Any

import reflex as rx

from chat_app.core.live.snapshots import bans_op
from chat_app.core.messages.retention.choosing import foresee_retention, set_retention
from chat_app.core.rooms.commands import leave_room, set_ai_rights, update_room
from chat_app.core.rooms.members import ban_member, change_role, remove_member, transfer_room, unban_member
from chat_app.core.rooms.membership.joining import approve_join_request, decline_join_request
from chat_app.core.rooms.rules import SLOW_SECONDS
from chat_app.ui.acts.state import Acts, Expiring
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import answer, answering, close_dialog


@rx.event
async def set_role(state: Acts, room: str, user: str, role: str) -> None:
    """Change a member's role."""
    async with answering(state, room) as ctx:
        await change_role(ctx, room, user, role)


@rx.event
async def remove(state: Acts, room: str, user: str) -> None:
    """Remove a member from the room."""
    async with answering(state, room) as ctx:
        await remove_member(ctx, room, user)


@rx.event
async def ban(state: Acts, room: str, user: str) -> None:
    """Ban a member from the room."""
    async with answering(state, room) as ctx:
        await ban_member(ctx, room, user)


@rx.event
async def unban(state: Acts, room: str, user: str) -> None:
    """Unban a person."""
    async with answering(state, room) as ctx:
        await unban_member(ctx, room, user)
        answer(ctx, state, await bans_op(ctx, room))


@rx.event
async def load_bans(state: Acts, room: str) -> None:
    """Send the list of people who are banned from the room."""
    async with answering(state, room) as ctx:
        answer(ctx, state, await bans_op(ctx, room))


@rx.event
async def approve_request(state: Acts, room: str, user: str) -> None:
    """Approve a join request."""
    async with answering(state, room) as ctx:
        await approve_join_request(ctx, room, user)


@rx.event
async def decline_request(state: Acts, room: str, user: str) -> None:
    """Decline a join request."""
    async with answering(state, room) as ctx:
        await decline_join_request(ctx, room, user)


@rx.event
async def hand_over(state: Acts, room: str, user: str) -> None:
    """Transfer the room to another member."""
    async with answering(state, room) as ctx:
        await transfer_room(ctx, room, user)


@rx.event
async def hand_over_and_leave(state: Acts, fields: dict[str, Any]) -> Any:
    """Transfer the room to another member and leave it, or neither."""
    room = str(fields.get("room") or "")
    async with submitting(state) as ctx:
        await transfer_room(ctx, room, str(fields.get("heir") or ""))
        await leave_room(ctx, room)
        close_dialog(ctx, state, "leave-room")
    return rx.redirect("/") if ctx.committed else None


@rx.event
async def set_slow(state: Acts, room: str, seconds: str) -> None:
    """Set the slow mode."""
    known = {str(each): each for each in SLOW_SECONDS}
    async with answering(state, room) as ctx:
        await update_room(ctx, room, slow_seconds=known.get(seconds, -1))


@rx.event
async def set_approval(state: Acts, room: str, wanted: bool) -> None:
    """Choose whether people who come by a link need approval."""
    async with answering(state, room) as ctx:
        await update_room(ctx, room, join_approval=wanted)


@rx.event
async def choose_retention(state: Acts, room: str, days: str) -> None:
    """Ask before messages are deleted after so many days; go back to the site's time at once."""
    state.expiring = Expiring()
    async with answering(state, room) as ctx:
        chosen = int(days) if days.isdecimal() and len(days) < 5 else -1
        if messages := await foresee_retention(ctx, room, chosen) if chosen else 0:
            state.expiring = Expiring(room, chosen, messages)
        else:
            await set_retention(ctx, room, chosen)


@rx.event
async def confirm_retention(state: Acts, room: str) -> None:
    """Set after how many days messages are deleted."""
    chosen, state.expiring = state.expiring, Expiring()
    async with answering(state, room) as ctx:
        if chosen.room == room:
            await set_retention(ctx, room, chosen.days)


@rx.event
async def forget_retention(state: Acts) -> None:
    """Forget the days that were chosen."""
    state.expiring = Expiring()


@rx.event
async def set_right(state: Acts, room: str, right: str, role: str) -> None:
    """Choose the lowest role for an AI right."""
    async with answering(state, room) as ctx:
        await set_ai_rights(ctx, room, {right: role})
