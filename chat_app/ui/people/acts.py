"""What a person does to another. Every argument is hostile until a use case has looked at it."""

import reflex as rx

from chat_app.core.direct.blocking import block_person, unblock_person
from chat_app.ui.acts import Acts
from chat_app.ui.transport.answering import answering


@rx.event
async def block(state: Acts, username: str) -> None:
    """Want no word from somebody."""
    async with answering(state, username) as ctx:
        await block_person(ctx, username)


@rx.event
async def unblock(state: Acts, username: str) -> None:
    """Take a block back."""
    async with answering(state, username) as ctx:
        await unblock_person(ctx, username)
