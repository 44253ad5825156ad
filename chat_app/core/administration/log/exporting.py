"""Export the log as JSON Lines, in pieces, so that an export needs neither much memory nor a long transaction."""

import json
from collections.abc import AsyncGenerator
from typing import Final

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.administration.log.queries import AuditFilter, read_page
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.pages import Place

PIECE: Final = 250
"""The number of entries that are read and written at once: a step of some 5 ms of the event loop."""
EXPORTED_MAX: Final = 100_000
"""The number of entries after which an export ends: older ones are exported by their time."""


async def begin_export(ctx: Context) -> None:
    """Admit an export of the log, which is itself an entry. Raises ``NotFound`` without the permission."""
    access_site(ctx, SitePermission.VIEW_AUDIT)
    record(ctx, Action.EXPORT_AUDIT)


async def exported_lines(work: UnitOfWork, actor: Actor, wanted: AuditFilter) -> AsyncGenerator[bytes, None]:
    """Yield the entries as lines, the latest first. Each piece is read in a separate transaction."""
    after: Place | None = None
    for _ in range(EXPORTED_MAX // PIECE):
        async with work.begin(actor) as ctx:
            access_site(ctx, SitePermission.VIEW_AUDIT)
            page = await read_page(ctx, wanted, after, PIECE)
        yield "".join(json.dumps(entry.as_json(), ensure_ascii=False) + "\n" for entry in page.items).encode()
        if (after := page.next) is None:
            return
