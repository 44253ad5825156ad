"""Show and set budgets of a person, a room and its members, a group, and the site."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chat_app.api.auth import InSession, Managing, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.billing.budgets import commands as budgets
from chat_app.core.billing.budgets.commands import ALERTS, ALERTS_MAX, AMOUNT_MAX, BudgetWish
from chat_app.core.billing.budgets.queries import (
    group_budgets,
    my_budgets,
    person_budgets,
    room_budgets,
    site_budgets,
)
from chat_app.core.billing.wire import BudgetJson
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["billing"])

Percent = Annotated[int, Field(ge=1, le=100, strict=True)]


class Budget(RequestBody):
    """A budget: millionths of a token credit in a calendar month (UTC).

    A `hard` one refuses usage beyond that; at the percentages in `alerts` people are notified.
    """

    amount: int = Field(gt=0, le=AMOUNT_MAX, strict=True)
    hard: bool = False
    alerts: list[Percent] = Field(default=list(ALERTS), max_length=ALERTS_MAX)

    def wish(self) -> BudgetWish:
        """Return the parameters for the use cases."""
        return BudgetWish(self.amount, self.hard, self.alerts)


@router.get("/me/budgets")
async def get_my_budgets(ctx: Reading) -> PageJson[BudgetJson]:
    """Show the budget that the person has set for themselves, and the one set by the site's staff."""
    return whole(await my_budgets(ctx))


@router.put("/me/budget")
async def set_my_budget(body: Budget, ctx: Managing) -> PageJson[BudgetJson]:
    """Set the person's own budget."""
    await budgets.set_my_budget(ctx, body.wish())
    return whole(await my_budgets(ctx))


@router.delete("/me/budget", status_code=204)
async def delete_my_budget(ctx: Managing) -> None:
    """Delete the person's own budget."""
    await budgets.set_my_budget(ctx, None)


@router.get("/rooms/{room_id}/budgets")
async def get_room_budgets(room_id: str, ctx: Reading) -> PageJson[BudgetJson]:
    """Show a room's budget and the person's own there; the room's master gets those of all members."""
    return whole(await room_budgets(ctx, room_id))


@router.put("/rooms/{room_id}/budget")
async def set_room_budget(room_id: str, body: Budget, ctx: Managing) -> PageJson[BudgetJson]:
    """Set a room's budget. For its master."""
    await budgets.set_room_budget(ctx, room_id, body.wish())
    return whole(await room_budgets(ctx, room_id))


@router.delete("/rooms/{room_id}/budget", status_code=204)
async def delete_room_budget(room_id: str, ctx: Managing) -> None:
    """Delete a room's budget. For its master."""
    await budgets.set_room_budget(ctx, room_id, None)


@router.put("/rooms/{room_id}/members/{user_id}/budget")
async def set_member_budget(room_id: str, user_id: str, body: Budget, ctx: Managing) -> PageJson[BudgetJson]:
    """Set the budget of one member in a room. For its master."""
    await budgets.set_member_budget(ctx, room_id, user_id, body.wish())
    return whole(await room_budgets(ctx, room_id))


@router.delete("/rooms/{room_id}/members/{user_id}/budget", status_code=204)
async def delete_member_budget(room_id: str, user_id: str, ctx: Managing) -> None:
    """Delete the budget of one person in a room. For its master."""
    await budgets.set_member_budget(ctx, room_id, user_id, None)


@router.get("/groups/{group_id}/budgets")
async def get_group_budgets(group_id: str, ctx: Reading) -> PageJson[BudgetJson]:
    """Show the budget for requests of a group's people at the cost of its owner, the person."""
    return whole(await group_budgets(ctx, group_id))


@router.put("/groups/{group_id}/budget")
async def set_group_budget(group_id: str, body: Budget, ctx: Managing) -> PageJson[BudgetJson]:
    """Set a group's budget."""
    await budgets.set_group_budget(ctx, group_id, body.wish())
    return whole(await group_budgets(ctx, group_id))


@router.delete("/groups/{group_id}/budget", status_code=204)
async def delete_group_budget(group_id: str, ctx: Managing) -> None:
    """Delete a group's budget."""
    await budgets.set_group_budget(ctx, group_id, None)


@router.get("/admin/people/{user_id}/budgets")
async def get_person_budgets(user_id: str, ctx: Reading) -> PageJson[BudgetJson]:
    """Show the budget that the site's staff have set for a person."""
    return whole(await person_budgets(ctx, user_id))


@router.put("/admin/people/{user_id}/budget")
async def set_person_budget(user_id: str, body: Budget, ctx: InSession) -> PageJson[BudgetJson]:
    """Set a person's budget, as the site's staff."""
    await budgets.set_person_budget(ctx, user_id, body.wish())
    return whole(await person_budgets(ctx, user_id))


@router.delete("/admin/people/{user_id}/budget", status_code=204)
async def delete_person_budget(user_id: str, ctx: InSession) -> None:
    """Delete a person's budget, as the site's staff."""
    await budgets.set_person_budget(ctx, user_id, None)


@router.get("/admin/budgets")
async def get_site_budgets(ctx: Reading) -> PageJson[BudgetJson]:
    """Show the maximum that the site pays in a month."""
    return whole(await site_budgets(ctx))


@router.put("/admin/budget")
async def set_site_budget(body: Budget, ctx: InSession) -> PageJson[BudgetJson]:
    """Set the maximum that the site pays in a month."""
    await budgets.set_site_budget(ctx, body.wish())
    return whole(await site_budgets(ctx))


@router.delete("/admin/budget", status_code=204)
async def delete_site_budget(ctx: InSession) -> None:
    """Delete the site's budget."""
    await budgets.set_site_budget(ctx, None)
