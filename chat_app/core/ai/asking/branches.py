"""The texts of an answer: view them, and choose one as the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.asking.commands import access_answer
from chat_app.core.ai.errors import NotAnAnswer, StillAnswering
from chat_app.core.ai.queries import written_at
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.wire import timestamp
from chat_app.core.messages.access import access_message
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.answers.assistant_names import AssistantName, assistant_of
from chat_app.core.messages.answers.branches import check_number, swap_branch
from chat_app.core.messages.commands import announce, announce_change
from chat_app.core.messages.errors import BranchNotFound, MessageDeleted, MessageNotFound
from chat_app.core.messages.marks.commands import MARKS
from chat_app.core.messages.tables import LIVE, Message
from chat_app.core.messages.texts.parsing import parse_text
from chat_app.core.messages.views.messages import MessageView, view_messages_now
from chat_app.core.messages.wire.files import AttachmentJson
from chat_app.core.messages.wire.messages import BranchJson


@dataclass(frozen=True, slots=True)
class BranchView:
    """One text of an answer; that which is ``chosen`` is the answer."""

    n: int
    text: str
    model: str | None
    status: str
    error: str | None
    tokens: int | None
    at: datetime
    chosen: bool
    assistant: AssistantName | None = None
    attachments: Sequence[AttachmentJson] = ()
    cost: int | None = None

    def as_json(self) -> BranchJson:
        """Return the shape in which REST and the live feed give it."""
        shape: BranchJson = {
            "n": self.n,
            "text": self.text,
            "model": self.model,
            "status": self.status,
            "error": self.error,
            "tokens": self.tokens,
            "created_at": timestamp(self.at),
            "chosen": self.chosen,
        }
        if self.cost is not None:
            shape["cost"] = self.cost
        if self.assistant:
            shape["assistant"] = self.assistant.as_json()
        if self.attachments:
            shape["attachments"] = list(self.attachments)
        return shape


async def list_branches(ctx: Context, message_id: AnyId) -> list[BranchView]:
    """Return all texts of an answer, the oldest first. Raises :class:`NotAnAnswer`."""
    message = await _seen(ctx, message_id)
    branches = select(MessageBranch).where(col(MessageBranch.message_id) == message.id)
    views = [_view(each) for each in await ctx.db.scalars(branches)]
    return sorted([*views, await _chosen(ctx, message)], key=lambda view: view.n)


async def view_branch(ctx: Context, message_id: AnyId, n: int) -> tuple[Message, BranchView]:
    """Return an answer and its text ``n``. Raises :class:`NotAnAnswer` or :class:`BranchNotFound`."""
    message = await _seen(ctx, message_id)
    check_number(n)
    if n == message.branch:
        return message, await _chosen(ctx, message)
    branch = await ctx.db.get(MessageBranch, (message.id, n))
    if branch is None:
        raise BranchNotFound()
    return message, _view(branch)


async def choose_branch(ctx: Context, message_id: AnyId, n: int) -> MessageView:
    """Let the text ``n`` be the answer, for everybody: of the actor's own answer, or any with
    ``Permission.REGENERATE_ANY_ANSWER``. Twice is as good as once.

    Raises :class:`StillAnswering` while the present one is being written, or :class:`BranchNotFound`.
    """
    await ctx.limit(MARKS, str(ctx.me.user_id))
    check_number(n)
    wanted = {"message": parse_id(message_id, MessageNotFound), "n": n}
    # The words are derived before the room is locked: an answer that has ended does not change.
    said = await parse_text(await ctx.db.scalar(_TEXT, wanted) or "")
    access = await access_answer(ctx, message_id)
    answer = access.message
    if answer.deleted_at is not None:
        raise MessageDeleted()
    if answer.branch == n:
        return await announce(ctx, answer)
    if answer.status in LIVE:
        raise StillAnswering()
    branch = await ctx.db.get(MessageBranch, (answer.id, n))
    if branch is None:
        raise BranchNotFound()
    await swap_branch(ctx, answer, branch, await written_at(ctx, answer))
    return await announce_change(ctx, access.room.room, answer, said.words)


_TEXT = (
    select(func.coalesce(col(MessageBranch.text), col(Message.text)))
    .join_from(
        Message,
        MessageBranch,
        (col(MessageBranch.message_id) == col(Message.id)) & (col(MessageBranch.n) == bindparam("n")),
        isouter=True,
    )
    .where(col(Message.id) == bindparam("message"))
)
"""The text ``n`` of an answer, whether or not it is the chosen one."""


async def _seen(ctx: Context, message_id: AnyId) -> Message:
    message = (await access_message(ctx, message_id, Permission.VIEW, lock=False)).message
    if not message.is_ai:
        raise NotAnAnswer()
    if message.deleted_at is not None:
        raise MessageDeleted()
    return message


def _view(branch: MessageBranch) -> BranchView:
    return _view_of(branch, branch.n, branch.text, branch.created_at, chosen=False)


async def _chosen(ctx: Context, message: Message) -> BranchView:
    [view] = await view_messages_now(ctx, [message])
    return _view_of(message, message.branch, view.text, await written_at(ctx, message), chosen=True)


def _view_of(row: Message | MessageBranch, n: int, text: str, at: datetime, *, chosen: bool) -> BranchView:
    files = cast(Sequence[AttachmentJson], row.attachments or ())
    how = row.status, row.error, row.tokens
    return BranchView(n, text, row.model, *how, at, chosen, assistant_of(row), files, row.cost)
