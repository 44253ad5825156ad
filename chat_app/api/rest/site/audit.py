"""Read and export the log of the staff's actions. Without the permission it is not found."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from chat_app.api.auth import InSession, Parts, Reading
from chat_app.api.cursors import Cursor, paged, place_of, utc
from chat_app.core.audit.exporting import begin_export, exported_lines
from chat_app.core.audit.queries import PAGE_MAX, AuditFilter, list_audit
from chat_app.core.audit.views import AuditEntryJson
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["site"])

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Who = Annotated[str, Query(max_length=100, description="A username or an id.")]


def _filter(
    actor: Who = "",
    person: Who = "",
    action: Annotated[str, Query(max_length=40)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> AuditFilter:
    return AuditFilter(actor, person, action, utc(since) if since else None, utc(until) if until else None)


Wanted = Annotated[AuditFilter, Depends(_filter)]


@router.get("/admin/audit")
async def read_audit(ctx: Reading, wanted: Wanted, cursor: Cursor = "", limit: Limit = 50) -> PageJson[AuditEntryJson]:
    """List the staff's actions, the latest first."""
    page = await list_audit(ctx, wanted, after=place_of(cursor), limit=limit)
    return paged([each.as_json() for each in page.items], page.next)


@router.get("/admin/audit/export", response_class=StreamingResponse)
async def export_audit(ctx: InSession, parts: Parts, wanted: Wanted) -> StreamingResponse:
    """Export the log as JSON Lines: one entry a line, the latest first, at most 100,000 of them."""
    await begin_export(ctx)
    return StreamingResponse(
        exported_lines(parts.work, ctx.me, wanted),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="audit.jsonl"', "Cache-Control": "no-store"},
    )
