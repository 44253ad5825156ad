"""Read the ops that answer one tab about an answer: one of its texts, or a call of a tool."""

from chat_app.core.ai.answers.branches import view_branch
from chat_app.core.ai.tool_use.queries import view_tool_call
from chat_app.core.kernel.context import Context
from chat_app.core.live.answer_ops import BranchOp, ToolCallOp


async def branch_op(ctx: Context, message_id: object, n: int) -> BranchOp:
    """``branch``: one text of an answer."""
    message, branch = await view_branch(ctx, message_id, n)
    return {"t": "branch", "room": str(message.room_id), "message": str(message.id), "branch": branch.as_json()}


async def tool_call_op(ctx: Context, call_id: object) -> ToolCallOp:
    """``tool_call``: a call of a tool with its arguments and result."""
    view = await view_tool_call(ctx, call_id)
    return {"t": "tool_call", "room": str(view.call.room_id), "call": view.as_json()}
