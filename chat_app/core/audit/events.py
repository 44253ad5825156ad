"""Events of the log, published after the commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chat_app.core.kernel.actor import Person


@dataclass(frozen=True, slots=True)
class Audited:
    """One of the staff has done something. Published to where the site's operator keeps such logs, if anywhere."""

    id: UUID
    at: datetime
    actor: Person | None
    """The actor; None for an action of a directory, which the details name."""
    action: str
    user_id: UUID | None
    room_id: UUID | None
    message_id: UUID | None
    report_id: UUID | None
    details: Mapping[str, Any]
