"""Keep the earlier texts of an answer as its branches, and choose one of them as the answer."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete
from sqlmodel import col

from chat_app.core.kernel.context import Context
from chat_app.core.messages.answer_tables import MessageBranch
from chat_app.core.messages.errors import BranchNotFound
from chat_app.core.messages.tables import Message

BRANCHES_MAX: Final = 20
"""The texts of one answer, that which is the answer among them. Beyond it the oldest is dropped."""

OF_TEXT: Final = (
    *("text", "status", "run_id", "model", "instead_of", "asked_by_id", "error", "tokens", "cost", "outdated"),
    *("reasoning", "reasoning_seconds", "tool_calls", "assistant_id", "assistant_name", "assistant_picture"),
    *("drawing", "attachments"),
)
"""The columns that belong to one text of an answer; a branch has all of them."""

_NUMBER_MAX: Final = 2**31 - 1


def check_number(n: int) -> None:
    """Raise :class:`BranchNotFound` for what no text of an answer can have as its number. Pure."""
    if not 1 <= n <= _NUMBER_MAX:
        raise BranchNotFound()


async def begin_branch(ctx: Context, answer: Message, written_at: datetime) -> None:
    """Store the text of the answer, whose run began at ``written_at``, as a branch; the next text gets another number.

    An empty text is not stored, and its number is used again; the same applies to a prompt without its picture. The
    room is locked.
    """
    if not _is_kept(answer):
        return
    numbers = answer.branches or [answer.branch]
    numbers = [*numbers, numbers[-1] + 1]
    ctx.db.add(_branch_of(answer, written_at))
    for n in numbers[:-BRANCHES_MAX]:
        await _drop(ctx, answer, n)
    answer.branches, answer.branch = numbers[-BRANCHES_MAX:], numbers[-1]


async def swap_branch(ctx: Context, answer: Message, branch: MessageBranch, written_at: datetime) -> None:
    """Make a branch the answer, and the text that was the answer a branch, unless it is empty. The room is locked."""
    numbers = answer.branches or []
    if _is_kept(answer):
        ctx.db.add(_branch_of(answer, written_at))
    else:
        numbers = [n for n in numbers if n != answer.branch]
    for name in OF_TEXT:
        setattr(answer, name, getattr(branch, name))
    answer.branch, answer.branches = branch.n, numbers if len(numbers) > 1 else None
    await ctx.db.delete(branch)


async def drop_branches(ctx: Context, answer: Message) -> None:
    """Delete all branches of a message, which is being deleted."""
    if answer.branches:
        await ctx.db.execute(delete(MessageBranch).where(col(MessageBranch.message_id) == answer.id))
        answer.branches = None


def _is_kept(answer: Message) -> bool:
    return bool(answer.text) and (answer.drawing is None or bool(answer.attachments))


def _branch_of(answer: Message, written_at: datetime) -> MessageBranch:
    columns = {name: getattr(answer, name) for name in OF_TEXT}
    return MessageBranch(message_id=answer.id, n=answer.branch, created_at=written_at, **columns)


async def _drop(ctx: Context, answer: Message, n: int) -> None:
    which = (col(MessageBranch.message_id) == answer.id, col(MessageBranch.n) == n)
    await ctx.db.execute(delete(MessageBranch).where(*which))
