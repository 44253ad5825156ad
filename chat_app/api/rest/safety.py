"""Reports, and what the site's admins do about them."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from chat_app.api.auth import SignedIn
from chat_app.api.shapes import Asked, Moment, PersonOut
from chat_app.core.safety import commands, moderation, queries
from chat_app.core.safety.tables import Action, Reason, Resolution

router = APIRouter(tags=["safety"])


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


class ReportsOut(BaseModel):
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


class AuditOut(BaseModel):
    """What admins did, the latest first."""

    entries: list[AuditEntryOut]


@router.post("/messages/{message_id}/report", status_code=201, response_model=ReportIdOut)
async def report_message(message_id: str, body: NewReport, ctx: SignedIn) -> Any:
    """Tell the site's admins about a message."""
    return {"id": str(await commands.report_message(ctx, message_id, body.reason, body.note))}


@router.post("/users/{user_id}/report", status_code=201, response_model=ReportIdOut)
async def report_user(user_id: str, body: NewReport, ctx: SignedIn) -> Any:
    """Tell the site's admins about a person."""
    return {"id": str(await commands.report_user(ctx, user_id, body.reason, body.note))}


@router.get("/moderation/reports", response_model=ReportsOut)
async def list_reports(ctx: SignedIn, resolved: bool = False) -> Any:
    """The reports that wait, the oldest first; or those dealt with. For the site's admins only."""
    return {"reports": [report.as_json() for report in await queries.list_reports(ctx, resolved=resolved)]}


@router.get("/moderation/log", response_model=AuditOut)
async def list_audit(ctx: SignedIn) -> Any:
    """What admins did, the latest first. For the site's admins only."""
    return {"entries": [entry.as_json() for entry in await queries.list_audit(ctx)]}


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
