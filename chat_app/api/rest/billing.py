"""Show balances and usage, and choose who pays."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import Field

from chat_app.api.auth import InSession, Managing, Offered, Reading
from chat_app.api.csv_response import csv_response
from chat_app.api.cursors import Cursor, paged, place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.ai.preview.means import room_means
from chat_app.core.billing import payers, queries
from chat_app.core.billing.giving import GIFT_MAX, give_credits
from chat_app.core.billing.tables import CREDIT
from chat_app.core.billing.usage import queries as usage
from chat_app.core.billing.usage.of_site import site_usage
from chat_app.core.billing.wire import BalanceJson, Grouping, RoomBalanceJson, TransactionJson, UsagePageJson
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["billing"])

_MILLION: Final = 1_000_000
_COLUMNS: Final = ("key", "label", "times", "prompt_tokens", "completion_tokens", "cost_usd", "credits")
_TABLE: Final[dict[str, Any]] = {
    "response_model": UsagePageJson,
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
}

By = Annotated[Grouping, Query(description="What is added up.")]
Days = Annotated[int, Query(ge=1, le=usage.DAYS_MAX, description="The last days, today included (UTC).")]
Format = Annotated[Literal["json", "csv"], Query()]
Accept = Annotated[str, Header(include_in_schema=False)]


class RoomBilling(RequestBody):
    """Name who pays for what models do in the room: its `owner`, the `asker`, or the `site`, which takes a site's
    admin.
    """

    payer: str


class Gift(RequestBody):
    """Token credits, in millionths, for the person of the username `to`. The `nonce`, made by the client, lets a resend
    give once.
    """

    to: str = Field(max_length=320)
    amount: int = Field(gt=0, le=GIFT_MAX, strict=True)
    nonce: UUID


@router.get("/me/balance")
async def get_balance(ctx: Reading) -> BalanceJson:
    """Return the person's balance, in millionths of a token credit."""
    return await queries.my_balance(ctx)


@router.post("/me/transfers")
async def transfer_tokens(body: Gift, ctx: InSession) -> BalanceJson:
    """Transfer token credits to another person; return the rest of the balance. It cannot be undone."""
    await give_credits(ctx, body.to, body.amount, body.nonce)
    return await queries.my_balance(ctx)


@router.get("/me/transactions")
async def list_transactions(
    ctx: Reading, cursor: Cursor = "", limit: Annotated[int, Query(ge=1, le=queries.PAGE_MAX)] = 50
) -> PageJson[TransactionJson]:
    """List what changed the person's balance, the newest first."""
    page = await queries.my_transactions(ctx, after=place_of(cursor), limit=limit)
    return paged(page.items, page.next)


@router.get("/me/usage", **_TABLE)
async def get_usage(
    ctx: Reading, by: By = "day", days: Days = 30, format: Format = "json", accept: Accept = ""
) -> UsagePageJson | Response:
    """Return the usage of models by the person, and by others at their cost; as CSV if that is accepted."""
    return _answer("usage", await usage.my_usage(ctx, by, days), format, accept)


@router.get("/rooms/{room_id}/usage", **_TABLE)
async def get_room_usage(
    room_id: str, ctx: Reading, by: By = "day", days: Days = 30, format: Format = "json", accept: Accept = ""
) -> UsagePageJson | Response:
    """Return the usage of models in a room; as CSV if that is accepted."""
    return _answer("room-usage", await usage.room_usage(ctx, room_id, by, days), format, accept)


@router.get("/admin/usage", **_TABLE)
async def get_site_usage(
    ctx: Reading, by: By = "day", days: Days = 30, format: Format = "json", accept: Accept = ""
) -> UsagePageJson | Response:
    """Return the usage of models on the whole site, for its staff; as CSV if that is accepted."""
    return _answer("site-usage", await site_usage(ctx, by, days), format, accept)


@router.get("/rooms/{room_id}/balance")
async def get_room_balance(room_id: str, offered: Offered, ctx: Reading) -> RoomBalanceJson:
    """Return the payer of the person's questions in a room, and the person's own balance if they pay."""
    return await room_means(ctx, offered, room_id)


@router.patch("/rooms/{room_id}/billing")
async def change_room_billing(room_id: str, body: RoomBilling, offered: Offered, ctx: Managing) -> RoomBalanceJson:
    """Choose who pays in a room. For its master."""
    await payers.set_payer(ctx, room_id, body.payer)
    return await room_means(ctx, offered, room_id)


def _answer(name: str, page: UsagePageJson, wanted: str, accept: str) -> UsagePageJson | Response:
    if wanted != "csv" and "text/csv" not in accept:
        return page
    rows = [
        (
            item["key"],
            item["label"],
            item["times"],
            item["prompt_tokens"],
            item["completion_tokens"],
            item["cost"] / _MILLION,
            item["charged"] / CREDIT,
        )
        for item in page["items"]
    ]
    return csv_response(f"{name}-by-{page['by']}", _COLUMNS, rows)
