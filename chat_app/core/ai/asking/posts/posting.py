"""Commit posts of many people in groups: posts that arrive in a room during a commit form the next group."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextvars import Context as Variables
from typing import Any, Final
from uuid import UUID

import structlog
from limits import RateLimitItemPerMinute

from chat_app.core.access.features import Feature, FeatureOff, is_off
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.asked import names_any
from chat_app.core.ai.asking.posts.counting import ASKS, would_ask
from chat_app.core.ai.asking.posts.post import Post
from chat_app.core.ai.asking.posts.writing import write_posts
from chat_app.core.ai.drawing.orders import CALL, DrawingOrder, check_order, order_in, prompt_in
from chat_app.core.ai.ports.gateway import LlmGateway, ModelInfo
from chat_app.core.assistants.errors import AssistantNotFound
from chat_app.core.files.attached.sending import parse_attachments
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Busy, Unavailable
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.work.turns import PATIENCE_SECONDS
from chat_app.core.messages.commands import SENDS
from chat_app.core.messages.errors import MessageNotFound
from chat_app.core.messages.rules import check_text
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.asides import open_aside
from chat_app.core.rooms.errors import RoomNotFound

GROUP_MAX: Final = 64
"""The posts of a group: their cost is well below the time for which a room's row may be locked."""

log = structlog.get_logger()


class _Waiting:
    """A post, and the future of its outcome."""

    def __init__(self, post: Post) -> None:
        loop = asyncio.get_running_loop()
        self.post, self.done = post, loop.create_future()
        self.timer = loop.call_later(PATIENCE_SECONDS, self.fail, Busy(retry_after=1))

    def begin(self) -> bool:
        """Return whether the caller still waits. Posts of callers who were cancelled or refused are not written."""
        self.timer.cancel()
        return not self.done.done()

    def succeed(self) -> None:
        """Set the outcome of the post."""
        if not self.done.done():
            self.done.set_result(None)

    def fail(self, error: Exception) -> None:
        """Set the error by which the post was refused."""
        if not self.done.done():
            self.done.set_exception(error)


class Posting:
    """Commits the posts of each room in groups: one lock, one INSERT and one COMMIT for all posts of a group.

    A single post begins at once. During a commit, new posts wait, without a connection and no longer than for a turn
    (:mod:`chat_app.core.kernel.work.turns`). Each post is accepted or refused separately. If a caller is cancelled
    before the group has begun, nothing is sent. If a whole group fails although the database is reachable, each of its
    posts is tried separately, so that one invalid post does not affect the others.
    """

    def __init__(self, work: UnitOfWork, gateway: LlmGateway) -> None:
        self._work, self._gateway = work, gateway
        self._rooms: dict[UUID, deque[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.under_way = 0
        """The posts that wait to be committed and published."""

    async def post(
        self,
        actor: Actor,
        room_id: AnyId,
        text: str,
        *,
        nonce: UUID | None = None,
        reply_to: AnyId | None = None,
        model: str | None = None,
        assistant: AnyId | None = None,
        attachments: Sequence[AnyId] = (),
        order: DrawingOrder | None = None,
    ) -> MessageView:
        """Send a message, and queue the answers to it for which it, the room's rule and the actor's role call; or the
        picture that it asks for, by ``/image`` or an ``order``.

        Returns once the message is committed and published. Raises as ``post_message`` does.
        """
        files = parse_attachments(attachments)
        text = check_text(text, self._work.policy.message_max_chars, may_be_empty=bool(files))
        await self._work.limit(SENDS, str(actor.user_id))
        if most := self._work.policy.messages_per_minute:
            await self._work.limit(RateLimitItemPerMinute(most, namespace="site_sends"), str(actor.user_id))
        replied = parse_id(reply_to, MessageNotFound) if reply_to else None
        said = await parse_text(text)
        chosen = parse_id(assistant, AssistantNotFound) if assistant else None
        offered = await self._gateway.models() if model or chosen or names_any(said.calls) else ()
        if order is None and prompt_in(text):
            order = order_in(text, await self._gateway.drawers(), actor)
        if order and is_off(self._work.policy, Feature.IMAGES):
            raise FeatureOff(Feature.IMAGES)
        priced = await self._priced(order)
        post = Post(actor, said, nonce, replied, model or None, offered, chosen, files, order, priced=priced)
        room = parse_id(room_id, RoomNotFound)
        if self._work.remote_limits:
            await self._count_before(room, post)
        await self._join(room, post)
        return post.view()

    async def post_privately(self, actor: Actor, room_id: AnyId, text: str, **more: Any) -> MessageView:
        """Send a message in the actor's aside of a room, which is opened. Raises as ``open_aside`` and :meth:`post`."""
        async with self._work.begin(actor) as ctx:
            aside = (await open_aside(ctx, room_id)).room.id
        return await self.post(actor, aside, text, **more)

    async def ask_for_picture(
        self,
        actor: Actor,
        room_id: AnyId,
        prompt: str,
        *,
        model: str | None,
        size: str,
        private: bool,
        nonce: UUID | None,
    ) -> MessageView:
        """Send a message that asks for a picture, as ``/image`` does. Raises as :func:`check_order`, and
        :class:`NotAllowed` if the AI cannot be asked.
        """
        async with self._work.begin(actor) as ctx:
            await access_room(ctx, room_id, Permission.ASK_AI)
        order = check_order(prompt, await self._gateway.drawers(), actor, model, size)
        post = self.post_privately if private else self.post
        return await post(actor, room_id, f"{CALL} {order.prompt}", nonce=nonce, order=order)

    async def _priced(self, order: DrawingOrder | None) -> Sequence[ModelInfo]:
        """Return the models by whose prices a question is admitted, where people pay."""
        if self._work.policy.billing != "on":
            return ()
        return await (self._gateway.drawers() if order else self._gateway.models())

    async def _count_before(self, room: UUID, post: Post) -> None:
        """Count a question before the room is locked, where counting may take time."""
        async with self._work.begin(post.actor) as ctx:
            answers = await would_ask(ctx, room, post)
        if answers:
            post.asks = await self._work.admits(ASKS, str(post.actor.user_id), count=answers)

    async def _join(self, room: UUID, post: Post) -> None:
        waiting = _Waiting(post)
        if room in self._rooms:
            self._rooms[room].append(waiting)
        else:
            self._rooms[room] = deque([waiting])
            # No request's task: its log lines have no request id, and the end of one caller does not end the group.
            task = asyncio.get_running_loop().create_task(self._serve(room), context=Variables())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.under_way += 1
        try:
            await waiting.done
        finally:
            self.under_way -= 1

    async def _serve(self, room: UUID) -> None:
        """Commit group after group until the queue is empty."""
        queue = self._rooms[room]
        try:
            while queue:
                group = [queue.popleft() for _ in range(min(len(queue), GROUP_MAX))]
                await self._commit(room, [each for each in group if each.begin()])
        finally:
            del self._rooms[room]
            for each in queue:  # the process is going down
                each.done.cancel()

    async def _commit(self, room: UUID, group: list[_Waiting]) -> None:
        if not group:
            return
        try:
            async with self._work.begin() as ctx:
                await write_posts(ctx, room, [each.post for each in group])
        except asyncio.CancelledError:
            for each in group:
                each.done.cancel()
            raise
        except Exception as error:
            if len(group) == 1 or isinstance(error, Unavailable):
                for each in group:
                    each.fail(error)
                return
            log.warning("group_not_written", posts=len(group), error=type(error).__name__)
            for each in group:
                await self._commit(room, [each])
        else:
            for each in group:
                each.succeed()
