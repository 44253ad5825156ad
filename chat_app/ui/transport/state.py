"""The events that a tab's feed sends. Every argument is hostile until a use case has looked at it."""

from functools import partial
from uuid import UUID

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError
from chat_app.core.live.arrival import all_rooms_ops, arrival, one_room_ops
from chat_app.core.live.commands import say_typing
from chat_app.core.live.ops.models import models_op
from chat_app.core.live.snapshots import (
    around_op,
    invitations_op,
    links_op,
    members_op,
    newer_op,
    older_op,
    pins_op,
    presence_in_room_op,
    prompt_op,
    prompts_op,
    receipts_op,
    return_op,
    room_op,
    stars_op,
    sync_op,
)
from chat_app.core.messages.reading.receipts import mark_delivered, mark_read, mark_unread
from chat_app.core.prompts.rules import normal_name
from chat_app.core.rooms.errors import RoomNotFound
from chat_app.core.rooms.queries import starts_of
from chat_app.ui.transport.answering import answer, answer_here, answering, refuse, socket_of
from chat_app.ui.transport.answers import LOOKS, AnswerEvents
from chat_app.ui.transport.attendance import attendance
from chat_app.ui.transport.offers import drawers_offered, given
from chat_app.ui.transport.policy import send_policy_since
from chat_app.ui.transport.sockets.sending import sockets
from chat_app.ui.transport.writing import WritingEvents

ROOM_PATH = "/r/"


class FeedState(AnswerEvents, WritingEvents, rx.State):
    """The events of the feed, which ``assets/live`` calls. It has no vars: ops go to sockets, past every state."""

    _held: tuple[str, int] | None = None
    """The room that the arriving tab already has, and its ``rev``: see ``held.py``."""

    @rx.event
    async def arrive(self) -> None:
        """Subscribe the socket of a tab that opens a page, and send it its person, rooms and room.

        If the tab already has the room, it gets only the changes since its ``rev``.
        """
        held, self._held = self._held, None
        sid, path = socket_of(self), self.rx_router_url.path
        here = runtime()
        # This may call vendors, so no transaction is open.
        offered, drawers = await here.gateway.models(), await drawers_offered()
        with sockets.holding(sid):
            async with here.arrivals, answering(self, "arrive") as ctx:
                await ctx.limit(LOOKS, str(ctx.me.user_id))
                rooms = await starts_of(ctx, ctx.me.user_id)
                # Before the snapshot is read: a concurrent change then arrives twice rather than not at all.
                await sockets.subscribe(sid, ctx.me.user_id, ctx.me.session_id, rooms)
                wanted = path.removeprefix(ROOM_PATH) if path.startswith(ROOM_PATH) else None
                shown = next((room_id for room_id in rooms if str(room_id) == wanted), None)
                await sockets.watch(sid, shown)
                found = await arrival(ctx, shown)
                if found is None:
                    ctx.after_commit(partial(sockets.sign_out_socket, sid))
                    return
                # A membership may have ended just before the socket was subscribed.
                await sockets.unsubscribe(sid, sockets.rooms_of(sid) - set(found.room_ids))
                is_manager = site_can(ctx.me.site_roles, SitePermission.MANAGE_MODELS)
                known, longest = {"is_manager": is_manager, **given()}, ctx.policy.message_max_chars
                models = models_op(offered, ctx.me.user_id, message_max=longest, drawers=drawers, **known)
                answer(ctx, self, *found.ops, models)
                ctx.after_commit(partial(send_policy_since, sid, ctx.policy))
                for read in sockets.early.of(sid, ctx.me.session_id):
                    answer(ctx, self, await read(ctx))
                ctx.after_commit(partial(sockets.early.forget, sid))  # an arrival that fails is repeated
                if wanted is not None:
                    await self._enter(ctx, wanted, shown, held[1] if held and held[0] == wanted else 0)

    async def _enter(self, ctx: Context, wanted: str, shown: UUID | None, rev: int) -> None:
        """Send a tab the room of its page, to which it is already subscribed, if there is one."""
        try:
            if shown is None:
                raise RoomNotFound()
            answer(ctx, self, await (return_op(ctx, shown, rev) if rev else room_op(ctx, shown)))
        except DomainError as error:
            ctx.after_commit(partial(refuse, self, wanted, error))

    @rx.event
    async def sync(self, room: str, rev: int) -> None:
        """Send the changes that this tab has missed in a room since the revision ``rev``."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await sync_op(ctx, room, rev))

    @rx.event
    async def older(self, room: str, before: int) -> None:
        """Send the messages before the ``seq`` ``before``."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await older_op(ctx, room, before))

    @rx.event
    async def newer(self, room: str, after: int) -> None:
        """Send the messages after the ``seq`` ``after``."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await newer_op(ctx, room, after))

    @rx.event
    async def around(self, room: str, message: str) -> None:
        """Send a message that is far from the newest, with those around it."""
        async with answering(self, message) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await around_op(ctx, room, message))

    @rx.event
    async def load_links(self, room: str) -> None:
        """Send the room's invite links and pending invitations."""
        async with answering(self, room) as ctx:
            answer(ctx, self, await links_op(ctx, room), await invitations_op(ctx, room))

    @rx.event
    async def load_rooms(self, room: str) -> None:
        """Send all rooms of the person, or only the named one."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, *(await one_room_ops(ctx, room) if room else await all_rooms_ops(ctx)))

    @rx.event
    async def load_members(self, room: str) -> None:
        """Send all members of the room."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await members_op(ctx, room))

    @rx.event
    async def load_pins(self, room: str) -> None:
        """Send the room's pinned messages."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await pins_op(ctx, room))

    @rx.event
    async def load_stars(self) -> None:
        """Send the person's starred messages."""
        async with answering(self, "stars") as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            await answer_here(ctx, self, stars_op)

    @rx.event
    async def load_prompts(self, typed: str) -> None:
        """Send the prompts whose names contain the text after the ``/``."""
        async with answering(self, "prompts") as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            await answer_here(ctx, self, partial(prompts_op, typed=normal_name(typed)))

    @rx.event
    async def take_prompt(self, prompt: str) -> None:
        """Send a prompt that was taken from the list."""
        async with answering(self, prompt) as ctx:
            answer(ctx, self, await prompt_op(ctx, prompt))

    @rx.event
    async def load_receipts(self, message: str) -> None:
        """Send the number of people who have read a message."""
        async with answering(self, message) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await receipts_op(ctx, message))

    @rx.event
    async def delivered(self, places: dict[str, int]) -> None:
        """Store up to which messages of some rooms this tab has received."""
        async with answering(self, "delivered") as ctx:
            await mark_delivered(ctx, places)

    @rx.event
    async def read(self, room: str, seq: int) -> None:
        """Remember how far the person has read."""
        async with answering(self, room) as ctx:
            await mark_read(ctx, room, seq)

    @rx.event
    async def unread(self, message: str) -> None:
        """Mark a message, and those after it, as unread."""
        async with answering(self, message) as ctx:
            await mark_unread(ctx, message)

    @rx.event
    async def attend(self, away: bool) -> None:
        """Record whether the person is active at the tab."""
        attendance.note(socket_of(self), away=away)

    @rx.event
    async def look(self, room: str) -> None:
        """Send the presence of a room's people."""
        async with answering(self, room) as ctx:
            await ctx.limit(LOOKS, str(ctx.me.user_id))
            answer(ctx, self, await presence_in_room_op(ctx, room))

    @rx.event
    async def typing(self, room: str) -> None:
        """Publish to the room that the person is typing."""
        async with answering(self, room) as ctx:
            await say_typing(ctx, room)
