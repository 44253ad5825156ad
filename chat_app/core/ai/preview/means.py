"""Report whether the payer can pay for the next answer, before a question is asked."""

from collections.abc import Sequence

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.costs.charging import charge_of, estimate
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import find_answerer
from chat_app.core.billing.payers import read_funds
from chat_app.core.billing.queries import room_balance
from chat_app.core.billing.wire import RoomBalanceJson
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId
from chat_app.core.rooms.access import access_room


async def room_means(ctx: Context, offered: Sequence[ModelInfo], room_id: AnyId) -> RoomBalanceJson:
    """Return the payer in a room for the actor's questions, and whether the shortest answer of its model can begin."""
    room = (await access_room(ctx, room_id, Permission.VIEW)).room
    model, _ = await find_answerer(ctx, offered, room)
    longest = room.ai_parameters.get("max_tokens") if room.ai_parameters else None
    return await room_balance(ctx, room.id, charge_of(ctx, estimate(model, 0, longest).least))


async def may_afford(ctx: Context, offered: Sequence[ModelInfo]) -> bool:
    """Return whether the actor can pay for the shortest answer of the site's default model."""
    funds = await read_funds(ctx, None, ctx.me.user_id)
    return funds.covers(charge_of(ctx, estimate(default_model(offered), 0).least))
