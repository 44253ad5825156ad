"""List pending links and invitations of the whole site, and revoke them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, exists, literal, null, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.accounts.tables import User
from chat_app.core.audit.log import record
from chat_app.core.audit.tables import Action
from chat_app.core.invitations.errors import InvitationNotFound
from chat_app.core.invitations.revoking import is_usable, revoke_links
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.texts.cleaning import clean_line
from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of, timestamp, timestamp_or_none
from chat_app.core.rooms.access import lock_room
from chat_app.core.rooms.membership.joining import end_invitations
from chat_app.core.rooms.staff_names import shown_name
from chat_app.core.rooms.tables import InvitationStatus, Room, RoomInvitation
from chat_app.core.rooms.wire import RoleName

PAGE_MAX: Final = 50
WORDS_MAX: Final = 100


class InvitationKind(StrEnum):
    """The kind of an invitation."""

    LINK = "link"
    MAIL = "mail"
    """A link that was sent to an address without an account."""
    PERSON = "person"


class PendingInvitationOut(TypedDict):
    """A link that works or a pending invitation: never the link itself.

    `room_name` is empty if the staff do not see it. `to` is the address of a link that was mailed, `person` who was
    invited by name. `max_uses` and `expires_at` are null without a limit.
    """

    id: str
    kind: Annotated[str, one_of(InvitationKind)]
    room_id: str
    room_name: str
    role: RoleName
    made_by: PersonJson | None
    to: str
    person: PersonJson | None
    uses: int
    max_uses: int | None
    created_at: Timestamp
    expires_at: Timestamp | None


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """A link or an invitation, as the staff see it."""

    id: UUID
    kind: InvitationKind
    room: Room
    role: str
    made_by: Person | None
    to: str
    person: Person | None
    uses: int
    max_uses: int | None
    created_at: datetime
    expires_at: datetime | None

    def as_json(self) -> PendingInvitationOut:
        """Return the shape in REST."""
        return {
            "id": str(self.id),
            "kind": self.kind.value,
            "room_id": str(self.room.id),
            "room_name": shown_name(self.room),
            "role": self.role,
            "made_by": self.made_by.as_json() if self.made_by else None,
            "to": self.to,
            "person": self.person.as_json() if self.person else None,
            "uses": self.uses,
            "max_uses": self.max_uses,
            "created_at": timestamp(self.created_at),
            "expires_at": timestamp_or_none(self.expires_at),
        }


_MAKER: Final = aliased(User)
_INVITED: Final = aliased(User)


async def list_room_invitations(
    ctx: Context, *, words: str = "", kind: str = "", after: Place | None = None, limit: int = PAGE_MAX
) -> Page[PendingInvitation]:
    """Return a page of pending invitations, the newest first.

    ``words`` are the username of the inviter or of the invited person, or a part of the address to which a link was
    sent. Raises ``NotFound`` for people who may not see invitations.
    """
    access_site(ctx, SitePermission.VIEW_ROOMS)
    limit = max(1, min(limit, PAGE_MAX))
    every = union_all(_links(ctx), _invitations()).subquery()
    statement = (
        select(every, Room, _MAKER, _INVITED)
        .join(Room, col(Room.id) == every.c.room_id)
        .outerjoin(_MAKER, col(_MAKER.id) == every.c.made_by)
        .outerjoin(_INVITED, col(_INVITED.id) == every.c.person)
        .where(col(Room.deleted_at).is_(None), *_wanted(every, words, kind))
    )
    if after:
        statement = statement.where(tuple_(every.c.created_at, every.c.id) < tuple_(*after))
    ordered = statement.order_by(every.c.created_at.desc(), every.c.id.desc()).limit(limit + 1)
    found = [_view(row) for row in (await ctx.db.execute(ordered)).all()]
    return page_of(found, limit, lambda each: Place(each.created_at, each.id))


async def revoke_room_invitation(ctx: Context, invitation_id: AnyId) -> None:
    """Revoke a link, or cancel an invitation. Raises ``NotFound`` or ``InvitationNotFound``."""
    access_site(ctx, SitePermission.MANAGE_ROOMS)
    which = parse_id(invitation_id, InvitationNotFound)
    link = await ctx.db.get(InviteLink, which)
    if link is not None and await revoke_links(ctx, id=which):
        record(ctx, Action.REVOKE_LINKS, room_id=link.room_id, user_id=link.created_by, links=1)
        return
    pending = exists().where(col(RoomInvitation.id) == which, col(RoomInvitation.status) == InvitationStatus.PENDING)
    invitation = await ctx.db.scalar(select(RoomInvitation).where(col(RoomInvitation.id) == which, pending))
    if invitation is None:
        raise InvitationNotFound()
    await lock_room(ctx, invitation.room_id)  # the acceptance of an invitation locks this row first
    await end_invitations(ctx, InvitationStatus.CANCELLED, id=which)
    record(ctx, Action.CANCEL_INVITATION, room_id=invitation.room_id, user_id=invitation.user_id)


def _links(ctx: Context) -> Any:
    kind = case((col(InviteLink.sent_to).is_(None), InvitationKind.LINK.value), else_=InvitationKind.MAIL.value)
    return select(
        col(InviteLink.id).label("id"),
        kind.label("kind"),
        col(InviteLink.room_id).label("room_id"),
        col(InviteLink.role).label("role"),
        col(InviteLink.created_by).label("made_by"),
        col(InviteLink.sent_to).label("to"),
        null().label("person"),
        col(InviteLink.uses).label("uses"),
        col(InviteLink.max_uses).label("max_uses"),
        col(InviteLink.created_at).label("created_at"),
        col(InviteLink.expires_at).label("expires_at"),
    ).where(is_usable(ctx))


def _invitations() -> Any:
    return select(
        col(RoomInvitation.id),
        literal(InvitationKind.PERSON.value),
        col(RoomInvitation.room_id),
        col(RoomInvitation.role),
        col(RoomInvitation.invited_by),
        null(),
        col(RoomInvitation.user_id),
        literal(0),
        literal(1),
        col(RoomInvitation.created_at),
        null(),
    ).where(col(RoomInvitation.status) == InvitationStatus.PENDING)


def _wanted(every: Any, words: str, kind: str) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if words := clean_line(words[:WORDS_MAX]).lower():
        name = words.removeprefix("@")
        people = (col(_MAKER.username) == name, col(_INVITED.username) == name)
        conditions.append(or_(*people, every.c.to.contains(words, autoescape=True)))
    if kind in set(InvitationKind):
        conditions.append(every.c.kind == kind)
    return conditions


def _view(row: Row[Any]) -> PendingInvitation:
    which, kind, _, role, _, to, _, uses, max_uses, created_at, expires_at, room, maker, invited = tuple(row)
    people = (maker.person() if maker else None, to or "", invited.person() if invited else None)
    return PendingInvitation(which, InvitationKind(kind), room, role, *people, uses, max_uses, created_at, expires_at)
