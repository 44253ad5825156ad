"""Read and export the log of the staff's actions. Without the permission it is not found."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from chat_app.api.auth import InSession, Parts, Reading
from chat_app.api.cursors import Cursor, paged, place_of, utc
from chat_app.api.pieces import PiecesResponse
from chat_app.core.administration.log.exporting import begin_export, exported_lines
from chat_app.core.administration.log.queries import PAGE_MAX, AuditFilter, list_audit
from chat_app.core.audit.views import AuditEntryJson
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["site"])

_LINES: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/x-ndjson": {}}}}

PATIENCE: Final = 60.0
"""The seconds in which a piece of an export has to be taken."""

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


@router.get("/admin/audit/export", response_class=Response, responses=_LINES)
async def export_audit(ctx: InSession, parts: Parts, wanted: Wanted) -> PiecesResponse:
    """Export the log as JSON Lines: one entry a line, the latest first, at most 100,000 of them."""
    await begin_export(ctx)
    named = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    lines = exported_lines(parts.work, ctx.me, wanted)
    return PiecesResponse(lines, "application/x-ndjson", patience=PATIENCE, **named)
