"""Events of asking for help. Every argument is hostile until a use case has checked it."""

from typing import Any

import reflex as rx

from chat_app.core.support.commands import ask_for_help, withdraw_help
from chat_app.core.support.takeover import release_session
from chat_app.ui.acts.state import Acts
from chat_app.ui.fields import text_of
from chat_app.ui.page_state import submitting
from chat_app.ui.transport.answering import answering, close_dialog

HELP_DIALOG = "get-help"
BACK_DIALOG = "hand-back"


@rx.event
async def get_help(state: Acts, fields: dict[str, Any]) -> None:
    """Ask the site's support for help in a room."""
    async with submitting(state, "reason") as ctx:
        await ask_for_help(ctx, text_of(fields, "room"), text_of(fields, "reason"))
        close_dialog(ctx, state, HELP_DIALOG)


@rx.event
async def end_help(state: Acts, room: str) -> None:
    """Withdraw the request for help in a room, or end the help."""
    async with answering(state, room) as ctx:
        await withdraw_help(ctx, room)


@rx.event
async def hand_back(state: Acts, fields: dict[str, Any]) -> Any:
    """Hand a room back to its people and the AI, with a note."""
    async with submitting(state, "note") as ctx:
        await release_session(ctx, text_of(fields, "room"), text_of(fields, "note"))
        close_dialog(ctx, state, BACK_DIALOG)
    return rx.redirect("/support") if ctx.committed else None
