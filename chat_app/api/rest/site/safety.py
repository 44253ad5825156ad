"""Report messages and people, and resolve reports."""

from typing import Annotated

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from chat_app.api.auth import InSession, Reading
from chat_app.api.cursors import Cursor, paged, place_of
from chat_app.api.shapes import RequestBody
from chat_app.core.kernel.wire import PageJson
from chat_app.core.safety import commands, moderation, queries, suspending
from chat_app.core.safety.views import ReportJson, SuspendedJson

router = APIRouter(tags=["safety"])

Limit = Annotated[int, Query(ge=1, le=queries.PAGE_MAX)]


class NewReport(RequestBody):
    """The reason of a report, and a note for the admins."""

    reason: str
    note: str = ""


class ReportIdOut(TypedDict):
    """The new report, or the pending one."""

    id: str


@router.post("/messages/{message_id}/report", status_code=201)
async def report_message(message_id: str, body: NewReport, ctx: InSession) -> ReportIdOut:
    """Report a message to the site's admins."""
    return {"id": str(await commands.report_message(ctx, message_id, body.reason, body.note))}


@router.post("/users/{user_id}/report", status_code=201)
async def report_user(user_id: str, body: NewReport, ctx: InSession) -> ReportIdOut:
    """Report a person to the site's admins."""
    return {"id": str(await commands.report_user(ctx, user_id, body.reason, body.note))}


@router.get("/moderation/reports")
async def list_reports(
    ctx: Reading, resolved: bool = False, cursor: Cursor = "", limit: Limit = 50
) -> PageJson[ReportJson]:
    """List the pending reports, oldest first; or the resolved ones, latest first. For the site's admins only."""
    page = await queries.list_reports(ctx, resolved=resolved, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.get("/moderation/suspended")
async def list_suspended(ctx: Reading, cursor: Cursor = "", limit: Limit = 50) -> PageJson[SuspendedJson]:
    """List the suspended people, the latest first. For the site's admins only."""
    page = await queries.list_suspended(ctx, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.post("/moderation/reports/{report_id}/dismiss", status_code=204)
async def dismiss_report(report_id: str, ctx: InSession) -> None:
    """Dismiss a report."""
    await moderation.dismiss_report(ctx, report_id)


@router.post("/moderation/reports/{report_id}/delete-message", status_code=204)
async def delete_reported_message(report_id: str, ctx: InSession) -> None:
    """Delete the reported message for everybody."""
    await moderation.delete_reported_message(ctx, report_id)


@router.post("/moderation/reports/{report_id}/suspend", status_code=204)
async def suspend_reported_user(report_id: str, ctx: InSession) -> None:
    """Suspend the reported person: all their sessions end at once."""
    await moderation.suspend_reported_user(ctx, report_id)


@router.post("/moderation/users/{user_id}/restore", status_code=204)
async def restore_user(user_id: str, ctx: InSession) -> None:
    """Restore a suspended person."""
    await suspending.restore_user(ctx, user_id)
