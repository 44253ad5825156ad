"""Find out who pays in a room, and choose it."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chat_app.core.access.permissions import Permission
from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.billing.reservations import FROM_ROOM, WHO_PAYS
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import AnyId
from chat_app.core.rooms.access import RoomAccess, access_room, advance, room_changed
from chat_app.core.rooms.errors import InvalidRoom
from chat_app.core.rooms.payer import Payer


@dataclass(frozen=True, slots=True)
class Funds:
    """Name who pays for what a person asks in a room, and what is free of their balance; nobody where the site pays."""

    payer_id: UUID | None
    name: str
    free: int
    longest: int | None
    """The tokens of the longest answer, where the room sets it."""

    def covers(self, amount: int) -> bool:
        """Return whether an amount can be paid."""
        return self.payer_id is None or amount <= self.free


_FUNDS: Final = f"""
    SELECT payer.id, coalesce(payer.name, ''), greatest(0, coalesce(balance.available + balance.credit_limit, 0)),
        (asked.parameters ->> 'max_tokens')::int
    FROM (
        SELECT {WHO_PAYS} AS payer_id, room.ai_parameters AS parameters
        FROM (SELECT %s::uuid AS room_id, %s::uuid AS asker_id) AS ask {FROM_ROOM}
    ) AS asked
    LEFT JOIN users AS payer ON payer.id = asked.payer_id
    LEFT JOIN token_balances AS balance ON balance.user_id = asked.payer_id
"""  # noqa: S608, names of columns alone


async def read_funds(ctx: Context, room_id: UUID, asker_id: UUID) -> Funds:
    """Return who pays for what a person asks in a room, and what they have. Locks nothing."""
    rows = await (await ctx.driver()).execute(_FUNDS, (room_id, asker_id), prepare=True)
    row: tuple[Any, ...] = await rows.fetchone() or (None, "", 0, None)
    return Funds(*row)


async def set_payer(ctx: Context, room_id: AnyId, payer: str) -> RoomAccess:
    """Choose who pays in a room: its owner, whoever asks, or the site, which its admins alone may choose."""
    access = await access_room(ctx, room_id, Permission.MANAGE_BILLING, lock=True)
    if payer not in list(Payer):
        raise InvalidRoom("payer_unknown", field="payer")
    if payer == Payer.SITE and access.room.payer != payer:
        access_site(ctx, SitePermission.MANAGE_BILLING, NotAllowed)
    if access.room.payer != payer:
        access.room.payer = payer
        advance(access.room)
        ctx.emit(room_changed(access.room))
    return access
