"""Record the actions of the site's staff, of directories of organisations and of the site's operator."""

from typing import Any, Final
from uuid import UUID

from chat_app.core.audit.events import Audited
from chat_app.core.audit.tables import Action, AuditEntry
from chat_app.core.kernel.context import Context

COMMAND_LINE: Final = "command line"
"""The source of actions that the site's operator does by a command."""
AUTOMATIC: Final = "automatic"
"""The source of automatic actions."""


def record(
    ctx: Context,
    action: Action,
    *,
    source: str = "",
    user_id: UUID | None = None,
    room_id: UUID | None = None,
    message_id: UUID | None = None,
    report_id: UUID | None = None,
    **details: Any,
) -> None:
    """Add an action to the log, in its transaction: by the actor, or by a ``source`` such as a directory.

    ``user_id`` is the affected person; ``details`` are short JSON values without secrets.
    """
    actor = None if source else ctx.me.person
    details = {"source": source, **details} if source else details
    entry = AuditEntry(at=ctx.now, actor_id=actor.id if actor else None, action=action, details=details)
    entry.user_id, entry.room_id, entry.message_id, entry.report_id = user_id, room_id, message_id, report_id
    ctx.db.add(entry)
    ctx.emit(Audited(entry.id, entry.at, actor, action, user_id, room_id, message_id, report_id, details))
