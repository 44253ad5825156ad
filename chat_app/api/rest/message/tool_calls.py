"""Tool calls by models: their arguments and results, and their approval."""

from fastapi import APIRouter

from chat_app.api.auth import Managing, Reading
from chat_app.core.ai.tool_use import commands, queries
from chat_app.core.messages.views.visibility import message_json
from chat_app.core.messages.wire.messages import MessageJson, ToolCallWholeJson

router = APIRouter(tags=["ai"])


@router.get("/tool-calls/{call_id}")
async def show_tool_call(call_id: str, ctx: Reading) -> ToolCallWholeJson:
    """Show a tool call, with all of its arguments and its result."""
    return (await queries.view_tool_call(ctx, call_id)).as_json()


@router.post("/tool-calls/{call_id}/approve")
async def approve_tool_call(call_id: str, ctx: Managing) -> MessageJson:
    """Approve a tool call that waits. The room sees who approved it."""
    return await message_json(ctx, await commands.approve_tool_call(ctx, call_id))


@router.post("/tool-calls/{call_id}/refuse")
async def refuse_tool_call(call_id: str, ctx: Managing) -> MessageJson:
    """Refuse a call that waits for approval. The room sees who refused it, and the model is notified."""
    return await message_json(ctx, await commands.refuse_tool_call(ctx, call_id))
