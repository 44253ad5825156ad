"""Read the ops that answer one tab about an answer: one of its texts, a tool call, or its context."""

from collections.abc import Sequence

from chat_app.core.ai.asking.branches import view_branch
from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.costs.charging import foresee_charge
from chat_app.core.ai.drawing.orders import order_in
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.draft import Draft, foresee, may_order
from chat_app.core.ai.tool_use.queries import view_tool_call
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.live.ops.answers import BranchOp, ForecastOp, ToolCallOp


async def branch_op(ctx: Context, message_id: AnyId, n: int) -> BranchOp:
    """``branch``: one text of an answer."""
    message, branch = await view_branch(ctx, message_id, n)
    return {"t": "branch", "room": str(message.room_id), "message": str(message.id), "branch": branch.as_json()}


async def tool_call_op(ctx: Context, call_id: AnyId) -> ToolCallOp:
    """``tool_call``: a tool call with its arguments and result."""
    view = await view_tool_call(ctx, call_id)
    return {"t": "tool_call", "room": str(view.call.room_id), "call": view.as_json()}


async def forecast_op(
    ctx: Context,
    offered: Sequence[ModelInfo],
    room_id: AnyId,
    draft: Draft,
    of: int,
    drawers: Sequence[ModelInfo] = (),
) -> ForecastOp:
    """``forecast``: the prompts of the models that a draft asks; for a picture, the text for one of the ``drawers``."""
    order = order_in(draft.text, drawers, ctx.me)
    seen = await foresee(ctx, offered, room_id, draft) if order is None else []
    costs = [each["cost"] for each in seen]
    first = seen[0] if seen else None
    asked = [model for each in seen for model in offered if model.id == each["model"]]
    prompts = [(each["model"], each["tokens"]) for each in seen]
    if order and await may_order(ctx, room_id):
        prompts = [(order.model, estimate_tokens(order.prompt))]
    charge = await foresee_charge(ctx, room_id, prompts, drawers if order else offered, draws=order is not None)
    return {
        "t": "forecast",
        "room": str(room_id),
        "of": of,
        "models": len(prompts),
        "messages": first["messages"] if first else 0,
        "files": first["files"] if first else 0,
        "tokens": prompts[0][1] or 0 if prompts else 0,
        "estimated": first["estimated"] if first else True,
        "cost": sum(cost or 0 for cost in costs) if costs and None not in costs else None,
        "blind": next((model.label for model in asked if "vision" not in model.abilities), ""),
        "payer": charge.payer,
        "pays": charge.name,
        "most": charge.most,
        "enough": charge.enough,
        "within": charge.within,
    }
