"""The events of the feed about answers. Every argument is hostile until a use case has looked at it."""

from typing import Any

import reflex as rx
from limits import RateLimitItemPerMinute

from chat_app.bootstrap import runtime
from chat_app.core.ai.asking.branches import choose_branch
from chat_app.core.ai.tool_use.commands import approve_tool_call, refuse_tool_call
from chat_app.core.kernel.errors import DomainError
from chat_app.core.live.answers import branch_op, forecast_op, tool_call_op
from chat_app.core.live.ops.outcomes import ToastOp
from chat_app.core.live.snapshots import assistants_op
from chat_app.core.messages.marks.ratings import rate_answer, unrate_answer
from chat_app.core.rooms.asides import open_aside
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answer, answer_here, answering, read_nonce, refuse, socket_of
from chat_app.ui.transport.drafts import draft_of
from chat_app.ui.transport.sockets.sending import sockets

LOOKS = RateLimitItemPerMinute(300, namespace="looks")
"""The limit of a person's requests for pages of messages, which are long and quickly requested."""


class AnswerEvents(rx.State, mixin=True):  # type: ignore[call-arg]
    """The part of the feed's state that is about answers."""

    @rx.event
    async def load_branch(self, message: str, n: int) -> None:
        """Send one text of an answer."""
        async with answering(self, message) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await branch_op(ctx, message, n))

    @rx.event
    async def choose_branch(self, message: str, n: int) -> None:
        """Make one of an answer's texts the answer."""
        async with answering(self, message) as ctx:
            await choose_branch(ctx, message, n)

    @rx.event
    async def load_tool_call(self, call: str) -> None:
        """Send a tool call with its arguments and result."""
        async with answering(self, call) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await tool_call_op(ctx, call))

    @rx.event
    async def approve_tool_call(self, call: str) -> None:
        """Approve a tool call that waits."""
        async with answering(self, call) as ctx:
            await approve_tool_call(ctx, call)

    @rx.event
    async def refuse_tool_call(self, call: str) -> None:
        """Refuse a tool call that waits for approval."""
        async with answering(self, call) as ctx:
            await refuse_tool_call(ctx, call)

    @rx.event
    async def load_assistants(self) -> None:
        """Send the assistants that the person may ask."""
        async with answering(self, "assistants") as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            await answer_here(ctx, self, assistants_op)

    @rx.event
    async def foresee(self, room: str, draft: dict[str, Any], of: int) -> None:
        """Send the context that the models of a draft would get."""
        gateway = runtime().gateway
        offered, drawers = await gateway.models(), await gateway.drawers()
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await forecast_op(ctx, offered, room, draft_of(draft), of, drawers))

    @rx.event
    async def open_aside(self, room: str, question: str, nonce: str) -> None:
        """Send the tab the person's aside of a room, with a question in it if one is given."""
        async with answering(self, room) as ctx:
            aside = (await open_aside(ctx, room)).room.id
            answer(ctx, self, {"t": "aside", "room": room, "aside": str(aside)})
        if not (ctx.committed and question):
            return
        try:
            await runtime().posting.post(ctx.me, aside, question, nonce=read_nonce(nonce))
        except DomainError as error:
            await refuse(self, room, error)

    @rx.event(background=True)
    async def publish(self, message: str) -> None:
        """Show everybody in the room a message of the person's aside of it. Copying its files may take a while."""
        try:
            await runtime().publishing.publish(await sender(self), message)
        except DomainError as error:
            return await refuse(self, message, error)
        said: ToastOp = {"t": "toast", "key": "aside.published", "values": {}}
        await sockets.send(socket_of(self), said)

    @rx.event
    async def rate(self, message: str, n: int, value: str) -> None:
        """Rate one text of an answer, or without a ``value`` take the rating back."""
        async with answering(self, message) as ctx:
            if value:
                await rate_answer(ctx, message, value, n=n)
            else:
                await unrate_answer(ctx, message, n=n)
