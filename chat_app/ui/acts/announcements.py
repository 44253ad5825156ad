"""Hide an announcement for the person."""

import reflex as rx

from chat_app.core.site import announcing
from chat_app.ui.acts.state import Acts
from chat_app.ui.transport.answering import answering


@rx.event
async def dismiss_announcement(state: Acts) -> None:
    """Hide the announcement in all of the person's tabs."""
    async with answering(state, "announcement") as ctx:
        await announcing.dismiss_announcement(ctx)
