"""Reports, and what the site's admins do about them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chat_app.api.auth import SignedIn
from chat_app.api.cursors import Cursor, cursor_of, place_of
from chat_app.api.shapes import Asked, Moment, PersonOut
from chat_app.core.kernel.pages import Page
from chat_app.core.safety import commands, moderation, queries
from chat_app.core.safety.tables import Action, Reason, Resolution
from chat_app.core.safety.views import AuditView, ReportView, SuspendedView

router = APIRouter(tags=["safety"])

Limit = Annotated[int, Query(ge=1, le=queries.PAGE_MAX)]


class NewReport(Asked):
    """What is wrong, and anything else that the admins should know."""

    reason: str
    note: str = ""


class ReportIdOut(BaseModel):
    """The report that was made, or that waits already."""

    id: str


class ReportOut(BaseModel):
    """A report as admins see it; `text` is what the message said when it was reported."""

    id: str
    at: Moment
    reporter: PersonOut | None
    person: PersonOut | None
    suspended: bool
    reason: Reason
    note: str
    text: str
    is_message: bool
    can_delete: bool
    room_name: str
    resolution: Resolution | None
    resolved_by: PersonOut | None


class PagedOut(BaseModel):
    """A page of a list: whether there is `more`, and then the `cursor` of the `next` page."""

    more: bool
    next: str


class ReportsOut(PagedOut):
    """The queue, or what was dealt with."""

    reports: list[ReportOut]


class AuditEntryOut(BaseModel):
    """One thing that an admin did, and to whom; `suspended` says whether that person is kept out now."""

    id: str
    at: Moment
    actor: PersonOut | None
    action: Action
    person: PersonOut | None
    suspended: bool


class AuditOut(PagedOut):
    """What admins did, the latest first."""

    entries: list[AuditEntryOut]


class SuspendedUserOut(BaseModel):
    """A person who is kept out: since when, and by which admin."""

    person: PersonOut
    at: Moment
    actor: PersonOut | None


class SuspendedOut(PagedOut):
    """Who is kept out, the latest first."""

    suspended: list[SuspendedUserOut]


@router.post("/messages/{message_id}/report", status_code=201, response_model=ReportIdOut)
async def report_message(message_id: str, body: NewReport, ctx: SignedIn) -> Any:
    """Tell the site's admins about a message."""
    return {"id": str(await commands.report_message(ctx, message_id, body.reason, body.note))}


@router.post("/users/{user_id}/report", status_code=201, response_model=ReportIdOut)
async def report_user(user_id: str, body: NewReport, ctx: SignedIn) -> Any:
    """Tell the site's admins about a person."""
    return {"id": str(await commands.report_user(ctx, user_id, body.reason, body.note))}


@router.get("/moderation/reports", response_model=ReportsOut)
async def list_reports(ctx: SignedIn, resolved: bool = False, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """The reports that wait, the oldest first; or those dealt with, the latest first. For the site's admins only."""
    page = await queries.list_reports(ctx, resolved=resolved, after=place_of(cursor), limit=limit)
    return _page_json("reports", page)


@router.get("/moderation/audit", response_model=AuditOut)
async def list_audit(ctx: SignedIn, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """What admins did, the latest first. For the site's admins only."""
    return _page_json("entries", await queries.list_audit(ctx, after=place_of(cursor), limit=limit))


@router.get("/moderation/suspended", response_model=SuspendedOut)
async def list_suspended(ctx: SignedIn, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Who is kept out, the latest first. For the site's admins only."""
    return _page_json("suspended", await queries.list_suspended(ctx, after=place_of(cursor), limit=limit))


@router.post("/moderation/reports/{report_id}/dismiss", status_code=204)
async def dismiss_report(report_id: str, ctx: SignedIn) -> None:
    """Find that nothing is wrong."""
    await moderation.dismiss_report(ctx, report_id)


@router.post("/moderation/reports/{report_id}/delete-message", status_code=204)
async def delete_reported_message(report_id: str, ctx: SignedIn) -> None:
    """Take the reported message back for everybody."""
    await moderation.delete_reported_message(ctx, report_id)


@router.post("/moderation/reports/{report_id}/suspend", status_code=204)
async def suspend_reported_user(report_id: str, ctx: SignedIn) -> None:
    """Keep the reported person out: all their sessions end at once."""
    await moderation.suspend_reported_user(ctx, report_id)


@router.post("/moderation/users/{user_id}/restore", status_code=204)
async def restore_user(user_id: str, ctx: SignedIn) -> None:
    """Let a suspended person sign in again."""
    await moderation.restore_user(ctx, user_id)


def _page_json(name: str, page: Page[ReportView] | Page[AuditView] | Page[SuspendedView]) -> dict[str, object]:
    return {name: [each.as_json() for each in page.items], "more": page.next is not None, "next": cursor_of(page.next)}
