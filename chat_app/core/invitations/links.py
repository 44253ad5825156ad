"""Create, list, revoke and preview invite links, and join by one."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from sqlalchemy import func, select
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import Permission, Role
from chat_app.core.invitations.errors import InviteLinkNotFound
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import Invalid, NotAllowed
from chat_app.core.kernel.ids import AnyId, parse_id
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.secrets.vault import seal, unseal
from chat_app.core.kernel.wire import Timestamp, timestamp, timestamp_or_none
from chat_app.core.rooms.access import RoomAccess, access_room, start_of_newcomers
from chat_app.core.rooms.lines.writing import LINES
from chat_app.core.rooms.membership.joining import ASKS_TO_JOIN, admit, ask_to_join, given_role
from chat_app.core.rooms.rules import check_role
from chat_app.core.rooms.tables import Member, Room
from chat_app.core.rooms.wire import RoleName

LOOKS = RateLimitItemPerMinute(60, namespace="invite_looks")
MADE = RateLimitItemPerHour(300, namespace="invite_links")
SEAL: Final = "invite link"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
HOURS_MAX = 24 * 365
USES_MAX = 10_000


class LinkJson(TypedDict):
    """An active invite link, for members who may invite.

    Anybody with the `token` can join. The `token` is empty if the site has lost the key that encrypted it.
    """

    id: str
    token: str
    role: RoleName
    sent_to: str | None
    uses: int
    max_uses: int | None
    created_at: Timestamp
    expires_at: Timestamp | None


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """The public preview of an invite link; ``inside`` is true if the viewer is already a member."""

    room: Room
    role: Role
    members: int
    inside: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """An active invite link with its token, which is empty if its key is lost."""

    id: UUID
    token: str
    role: str
    sent_to: str | None
    uses: int
    max_uses: int | None
    created_at: datetime
    expires_at: datetime | None

    def as_json(self) -> LinkJson:
        """Return the shape in which REST and the live feed give a link."""
        return {
            "id": str(self.id),
            "token": self.token,
            "role": self.role,
            "sent_to": self.sent_to,
            "uses": self.uses,
            "max_uses": self.max_uses,
            "created_at": timestamp(self.created_at),
            "expires_at": timestamp_or_none(self.expires_at),
        }


async def create_invite_link(
    ctx: Context, room_id: AnyId, *, role: str = Role.MEMBER, hours: int | None = None, max_uses: int | None = None
) -> LinkView:
    """Create an invite link to the room, for ``hours`` and ``max_uses`` (``None``: without limit).

    Its role is at most the actor's own. Can also raise ``RateLimited``.
    """
    await ctx.limit(MADE, str(ctx.me.user_id))
    access = await access_room(ctx, room_id, Permission.INVITE, lock=True)
    return add_link(ctx, access, role=role, hours=hours, max_uses=max_uses)


def add_link(
    ctx: Context,
    access: RoomAccess,
    *,
    role: str,
    hours: int | None = None,
    max_uses: int | None = None,
    sent_to: str | None = None,
) -> LinkView:
    """Add an invite link to a locked room that the actor may invite to. The caller has counted it."""
    require_feature(ctx, Feature.INVITE_LINKS)
    _check_range(hours, HOURS_MAX, "hours")
    _check_range(max_uses, USES_MAX, "max_uses")
    check_given_role(access, role)
    start_of_newcomers(access.room)
    token = secrets.token_urlsafe(16)
    link = InviteLink(
        room_id=access.room.id,
        token_hash=digest(token),
        sealed_token=seal(ctx.policy.keys, SEAL, token),
        role=role,
        max_uses=max_uses,
        sent_to=sent_to,
        created_by=ctx.me.user_id,
        created_at=ctx.now,
        expires_at=ctx.now + timedelta(hours=hours) if hours else None,
    )
    ctx.db.add(link)
    return _view(ctx, link)


async def invite_links(ctx: Context, room_id: AnyId) -> list[LinkView]:
    """Return the room's links that still work, newest first."""
    access = await access_room(ctx, room_id, Permission.INVITE)
    statement = (
        select(InviteLink)
        .where(col(InviteLink.room_id) == access.room.id, col(InviteLink.revoked_at).is_(None))
        .order_by(col(InviteLink.created_at).desc())
    )
    return [_view(ctx, link) for link in await ctx.db.scalars(statement) if link.usable(ctx.now)]


async def usable_link(ctx: Context, room_id: AnyId, link_id: AnyId) -> LinkView:
    """Return one of the room's links, if it still works and can be shown."""
    wanted = parse_id(link_id, InviteLinkNotFound)
    links = [link for link in await invite_links(ctx, room_id) if link.id == wanted]
    if not links or not links[0].token:
        raise InviteLinkNotFound()
    return links[0]


async def revoke_invite_link(ctx: Context, room_id: AnyId, link_id: AnyId) -> None:
    """Revoke an invite link."""
    access = await access_room(ctx, room_id, Permission.INVITE)
    link = await ctx.db.get(InviteLink, parse_id(link_id, InviteLinkNotFound))
    if link is None or link.room_id != access.room.id:
        raise InviteLinkNotFound()
    link.revoked_at = link.revoked_at or ctx.now


async def preview_link(ctx: Context, token: str, *, address: str = "") -> LinkPreview:
    """Return the preview of an invite link. Needs no session, since the token is the right.

    Raises :class:`InviteLinkNotFound`, also for one that no longer works unless the viewer is in its room.
    """
    await ctx.limit(LOOKS, address)
    link, room = await _find(ctx, token)
    members = await ctx.db.scalar(select(func.count()).where(col(Member.room_id) == room.id))
    role = await given_role(ctx, room.id, link.role, link.created_by)
    return LinkPreview(room, role, members or 0, await _is_inside(ctx, room))


async def join_by_link(ctx: Context, token: str) -> Room:
    """Join by an invite link; in a room with join approval, request to join.

    A member keeps their role and the link keeps its use, even if the link no longer works. Raises :class:`Banned` or
    :class:`InviteLinkNotFound`.
    """
    _, room = await _find(ctx, token)
    if not await _is_inside(ctx, room):
        await ctx.limit(ASKS_TO_JOIN if room.join_approval else LINES, str(ctx.me.user_id))
    await ctx.take_turn(room.id)
    link, room = await _find(ctx, token, lock=True)
    role = await given_role(ctx, room.id, link.role, link.created_by)
    if room.join_approval:
        entered = await ask_to_join(ctx, room, role)
    else:
        entered = await admit(ctx, room, ctx.me.person, role)
    link.uses += entered
    return room


def check_given_role(access: RoomAccess, role: str) -> None:
    """Raise unless the actor may give ``role``: at most their own."""
    if check_role(role).rank > access.role.rank:
        raise NotAllowed()


def _view(ctx: Context, link: InviteLink) -> LinkView:
    token = unseal(ctx.policy.keys, SEAL, link.sealed_token) or ""
    limits = (link.uses, link.max_uses, link.created_at, link.expires_at)
    return LinkView(link.id, token, link.role, link.sent_to, *limits)


async def _find(ctx: Context, token: str, *, lock: bool = False) -> tuple[InviteLink, Room]:
    if not _TOKEN.fullmatch(token):
        raise InviteLinkNotFound()
    statement = (
        select(InviteLink, Room)
        .join(Room, col(Room.id) == col(InviteLink.room_id))
        .where(col(InviteLink.token_hash) == digest(token), col(Room.deleted_at).is_(None))
    )
    if lock:  # a row that was loaded before may be outdated
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await ctx.db.execute(statement)).first()
    require_feature(ctx, Feature.INVITE_LINKS)
    if row is None or not (row[0].usable(ctx.now) or await _is_inside(ctx, row[1])):
        raise InviteLinkNotFound()
    return row[0], row[1]


async def _is_inside(ctx: Context, room: Room) -> bool:
    """Return whether the viewer is a member of the room."""
    if ctx.actor is None:
        return False
    return await ctx.db.get(Member, (room.id, ctx.actor.user_id), populate_existing=True) is not None


def _check_range(value: int | None, maximum: int, field: str) -> None:
    if value is not None and not 1 <= value <= maximum:
        raise Invalid("number_out_of_range", field=field, minimum=1, maximum=maximum)
