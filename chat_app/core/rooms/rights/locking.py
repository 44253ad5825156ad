"""Lock a room with several of its members at once, without the ORM. Every message begins with this."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chat_app.core.access.features import Feature, FeatureOff
from chat_app.core.access.permissions import Least, Permission, Role
from chat_app.core.kernel.actor import Person
from chat_app.core.kernel.context import Context
from chat_app.core.rooms.rights.permitting import may, refusal
from chat_app.core.rooms.tables import least_roles

_HOLD: Final = """
    SELECT r.rev, r.last_seq, r.last_activity_at, r.ai_rule, r.ai_model, r.ai_rights, r.slow_seconds, r.pair,
        r.parent_id, r.closed, r.archived_at, r.ai_assistant_id, r.help_state, m.role, m.last_sent_at, m.sees_after,
        u.id, u.username, u.name, u.color, u.avatar
    FROM rooms r JOIN room_members m ON m.room_id = r.id JOIN users u ON u.id = m.user_id
    WHERE r.id = %s AND r.deleted_at IS NULL AND m.user_id = ANY (%s::uuid[])
        AND u.suspended_at IS NULL AND u.deleted_at IS NULL
    FOR UPDATE OF r, m
"""


@dataclass(slots=True)
class LockedMember:
    """A member of a locked room: their role, the time of their last message, the ``seq`` after which they see messages,
    and their profile.
    """

    role: Role
    last_sent_at: datetime | None
    sees_after: int
    person: Person


@dataclass(slots=True)
class LockedRoom:
    """The properties of a locked room on which its messages depend, with the requested members."""

    id: UUID
    rev: int
    last_seq: int
    last_activity_at: datetime
    ai_rule: str
    ai_model: str | None
    ai_rights: dict[str, str]
    slow_seconds: int
    pair: str | None
    parent_id: UUID | None
    closed: bool
    archived_at: datetime | None
    ai_assistant_id: UUID | None
    help_state: str
    members: dict[UUID, LockedMember]
    off: frozenset[str]
    """The features that the site has switched off."""

    @property
    def least(self) -> Least:
        """The least roles that this room has set for AI rights."""
        return least_roles(self.ai_rights)

    def allows(self, member: LockedMember, permission: Permission) -> bool:
        """Return whether a member may do a thing here."""
        return may(self, member.role, permission) and self._switched_off(permission) is None

    def require(self, member: LockedMember, permission: Permission) -> None:
        """Raise the error that prevents the permission, as :meth:`RoomAccess.require` does."""
        if error := refusal(self, member.role, permission):
            raise error
        if feature := self._switched_off(permission):
            raise FeatureOff(feature)

    def _switched_off(self, permission: Permission) -> Feature | None:
        """Return the feature that a permission needs here, where the site has it switched off."""
        if permission is Permission.ASK_AI and Feature.AI in self.off:
            return Feature.AI
        return Feature.DIRECT if permission is Permission.SEND and self.pair and Feature.DIRECT in self.off else None


async def lock_with_members(ctx: Context, room_id: UUID, people: Iterable[UUID]) -> LockedRoom | None:
    """Lock the room's row and the memberships of these people until the transaction ends.

    Returns ``None`` if none of them is in the room, or all are suspended or deleted.
    """
    await ctx.take_turn(room_id)
    wanted = "{" + ",".join(map(str, people)) + "}"
    found = await (await ctx.driver()).execute(_HOLD, (str(room_id), wanted), prepare=True)
    rows: list[tuple[Any, ...]] = await found.fetchall()
    ctx.now = ctx.clock()  # after the wait
    if not rows:
        return None
    members = {row[16]: LockedMember(Role(row[13]), row[14], row[15], Person(*row[16:])) for row in rows}
    return LockedRoom(*(room_id, *rows[0][:13], members, ctx.policy.off))
