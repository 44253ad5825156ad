"""Ask for help, and give it as the site's support."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from chat_app.api.auth import InSession, Posting, Reading
from chat_app.api.cursors import Cursor, number_cursor, number_place_of, utc
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson
from chat_app.core.rooms.wire import RoomJson
from chat_app.core.support import commands, queries, takeover, targets
from chat_app.core.support.queries import SessionFilter, SessionOrder
from chat_app.core.support.targets import AlertsOut
from chat_app.core.support.views import SessionDetailsJson, SessionJson

router = APIRouter(tags=["support"])

Limit = Annotated[int, Query(ge=1, le=queries.PAGE_MAX)]


class NewHelp(RequestBody):
    """The reason, in the person's own words."""

    reason: str = ""


class HandBack(RequestBody):
    """A note for the people in the conversation."""

    note: str = ""


@router.post("/rooms/{room_id}/help")
async def ask_for_help(room_id: str, body: NewHelp, ctx: Posting) -> RoomJson:
    """Ask the site's support for help: they may then see the conversation and join it."""
    return (await commands.ask_for_help(ctx, room_id, body.reason)).view().as_json()


@router.delete("/rooms/{room_id}/help")
async def withdraw_help(room_id: str, ctx: Posting) -> RoomJson:
    """Withdraw your request for help, or end it while a supporter is there."""
    return (await commands.withdraw_help(ctx, room_id)).view().as_json()


@router.get("/support/sessions")
async def list_support_sessions(
    ctx: Reading,
    person: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    state: str = "",
    assisted: bool | None = None,
    order: str = SessionOrder.ACTIVE,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> PageJson[SessionJson]:
    """List conversations in which help was requested, or all with an AI if the site's policy allows it.

    For support only. `person` is a username; `order` is waiting, active, started, length, response (the mean), longest,
    tokens or person, greatest first.
    """
    times = (utc(since) if since else None, utc(until) if until else None)
    wanted = SessionFilter(person, *times, state, assisted)
    found, place = await queries.list_sessions(ctx, wanted, order, after=number_place_of(cursor), limit=limit)
    return {"items": [each.as_json() for each in found], "next": number_cursor(place)}


@router.get("/support/sessions/{session_id}")
async def view_session(session_id: str, ctx: Reading) -> SessionDetailsJson:
    """Return a conversation's figures and requests for help, no message. For support only."""
    return (await queries.view_session(ctx, session_id)).details()


@router.post("/support/sessions/{session_id}/takeover", status_code=204)
async def take_over(session_id: str, ctx: InSession) -> None:
    """Take a conversation over: you become a guest of the room, and the AI is silent until you hand it back."""
    await takeover.take_over(ctx, session_id)


@router.post("/support/sessions/{session_id}/release", status_code=204)
async def release_session(session_id: str, body: HandBack, ctx: InSession) -> None:
    """Hand a conversation back to its people and the AI, with a note."""
    await takeover.release_session(ctx, session_id, body.note)


@router.get("/admin/alerts")
async def view_alerts(ctx: Reading) -> AlertsOut:
    """Return the targets of alerts about requests for help, and the last attempts. For staff who see the settings."""
    return await targets.view_alerts(ctx)


@router.post("/admin/alerts/{target_id}/test", status_code=202)
async def send_test_alert(target_id: str, ctx: InSession) -> None:
    """Send a test to a target; `GET /admin/alerts` then shows its outcome."""
    await targets.send_test_alert(ctx, target_id)
