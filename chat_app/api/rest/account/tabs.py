"""Return the number of open tabs to a page whose connection was refused."""

from fastapi import APIRouter, Request
from typing_extensions import TypedDict

from chat_app.api.auth import Guest, Parts, client_address
from chat_app.api.middleware.event_socket import most_tabs

router = APIRouter(tags=["people"])


class TabsOut(TypedDict):
    """The number of `open` tabs, and the maximum `most`: of the person, or of all strangers at the address."""

    open: int
    most: int


@router.get("/tabs")
async def count_tabs(request: Request, ctx: Guest, parts: Parts) -> TabsOut:
    """Count the open tabs of the person, or of all who are not signed in at the caller's address."""
    who = str(ctx.me.user_id) if ctx.actor else client_address(request)
    return {"open": await parts.open_tabs.count(who), "most": most_tabs(ctx.policy, signed_in=ctx.actor is not None)}
