"""What admins get to see: the queue of reports, and the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from chat_app.core.accounts.tables import User
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.tables import Room
from chat_app.core.safety.moderation import require_admin
from chat_app.core.safety.tables import AuditEntry, Report

PAGE_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as admins see it. Of the room they see no more than its name."""

    id: UUID
    at: datetime
    reporter: Person | None
    person: Person | None
    suspended: bool
    reason: str
    note: str
    text: str
    is_message: bool
    can_delete: bool
    room_name: str
    resolution: str | None
    resolved_by: Person | None

    def as_json(self) -> dict[str, object]:
        """The shape in REST."""
        return {
            "id": str(self.id),
            "at": self.at.isoformat(timespec="milliseconds"),
            "reporter": self.reporter.as_json() if self.reporter else None,
            "person": self.person.as_json() if self.person else None,
            "suspended": self.suspended,
            "reason": self.reason,
            "note": self.note,
            "text": self.text,
            "is_message": self.is_message,
            "can_delete": self.can_delete,
            "room_name": self.room_name,
            "resolution": self.resolution,
            "resolved_by": self.resolved_by.as_json() if self.resolved_by else None,
        }


@dataclass(frozen=True, slots=True)
class AuditView:
    """One thing that an admin did, to whom; ``suspended`` says whether that person is kept out now."""

    id: UUID
    at: datetime
    actor: Person | None
    action: str
    person: Person | None
    suspended: bool

    def as_json(self) -> dict[str, object]:
        """The shape in REST."""
        return {
            "id": str(self.id),
            "at": self.at.isoformat(timespec="milliseconds"),
            "actor": self.actor.as_json() if self.actor else None,
            "action": self.action,
            "person": self.person.as_json() if self.person else None,
            "suspended": self.suspended,
        }


async def list_reports(ctx: Context, *, resolved: bool = False, limit: int = PAGE_MAX) -> list[ReportView]:
    """The reports that wait, the oldest first; or those dealt with, the latest first."""
    require_admin(ctx)
    waits = col(Report.resolved_at).is_(None)
    statement = (
        select(Report, Room.name, Message.deleted_at)
        .join(Message, col(Message.id) == col(Report.message_id), isouter=True)
        .join(Room, col(Room.id) == col(Message.room_id), isouter=True)
        .where(~waits if resolved else waits)
        .order_by(col(Report.resolved_at).desc() if resolved else col(Report.created_at), col(Report.id))
        .limit(max(1, min(limit, PAGE_MAX)))
    )
    rows = (await ctx.db.execute(statement)).all()
    ids = [each for report, *_ in rows for each in (report.reporter_id, report.user_id, report.resolved_by)]
    users = await _users(ctx, ids)
    return [_report_view(report, name or "", deleted_at, users) for report, name, deleted_at in rows]


async def list_audit(ctx: Context, *, limit: int = PAGE_MAX) -> list[AuditView]:
    """What admins did, the latest first."""
    require_admin(ctx)
    statement = select(AuditEntry).order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    entries = (await ctx.db.scalars(statement.limit(max(1, min(limit, PAGE_MAX))))).all()
    users = await _users(ctx, [each for entry in entries for each in (entry.actor_id, entry.user_id)])
    return [
        AuditView(
            entry.id,
            entry.at,
            _person(users, entry.actor_id),
            entry.action,
            _person(users, entry.user_id),
            _suspended(users, entry.user_id),
        )
        for entry in entries
    ]


def _report_view(report: Report, room_name: str, deleted_at: datetime | None, users: dict[UUID, User]) -> ReportView:
    return ReportView(
        id=report.id,
        at=report.created_at,
        reporter=_person(users, report.reporter_id),
        person=_person(users, report.user_id),
        suspended=_suspended(users, report.user_id),
        reason=report.reason,
        note=report.note,
        text=report.text,
        is_message=bool(report.text),
        can_delete=report.message_id is not None and deleted_at is None,
        room_name=room_name,
        resolution=report.resolution,
        resolved_by=_person(users, report.resolved_by),
    )


async def _users(ctx: Context, ids: Sequence[UUID | None]) -> dict[UUID, User]:
    wanted = {each for each in ids if each}
    found = await ctx.db.scalars(select(User).where(col(User.id).in_(wanted)))
    return {user.id: user for user in found}


def _person(users: dict[UUID, User], user_id: UUID | None) -> Person | None:
    user = users.get(user_id) if user_id else None
    return user.person() if user else None


def _suspended(users: dict[UUID, User], user_id: UUID | None) -> bool:
    user = users.get(user_id) if user_id else None
    return user is not None and user.suspended_at is not None
