"""Publish changes of profiles and presence to everybody who shares a room with the person."""

from uuid import UUID

from chat_app.core.accounts.events import PersonChanged, ReceiptsChanged
from chat_app.core.direct.queries import peer_id
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.live.events import PersonShown, PresencesShown, ReceiptsHidden
from chat_app.core.people.blocks import blocks_of
from chat_app.core.people.events import PresencesChanged, PresenceView
from chat_app.core.rooms.access import member_ids
from chat_app.core.rooms.queries import room_ids_of, small_rooms_of
from chat_app.core.rooms.tables import Room


class People:
    """Publishes to a person's rooms that their profile has changed, or that they hide their read receipts."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def __call__(self, event: object) -> None:
        """Publish the change, if ``event`` is one."""
        if isinstance(event, PersonChanged):
            async with self._work.begin() as ctx:
                ctx.emit(PersonShown(event.person, tuple(await room_ids_of(ctx, event.person.id))))
        if isinstance(event, ReceiptsChanged) and not event.shown:
            async with self._work.begin() as ctx:
                ctx.emit(ReceiptsHidden(event.user_id, tuple(await room_ids_of(ctx, event.user_id))))


async def _audiences(ctx: Context, user_id: UUID, room: Room, apart: set[UUID]) -> list[tuple[UUID, bool]]:
    """Return who in a room receives a person's presence: the whole room (``False``), or single persons (``True``)."""
    if room.closed or room.unopened:
        return []
    if room.pair:
        return [(peer_id(room, user_id), True)]
    members = set(await member_ids(ctx, room.id)) if apart else set()
    if apart.isdisjoint(members):
        return [(room.id, False)]
    return [(other, True) for other in sorted(members - apart)]


class Presences:
    """Publishes changes of presence to people who may see them.

    Large rooms receive none: the number of packets would grow with the square of the members. If one member of a room
    has blocked another, the remaining ones are notified one by one.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def __call__(self, event: object) -> None:
        """Publish them, if ``event`` is a :class:`PresencesChanged`."""
        if not isinstance(event, PresencesChanged):
            return
        views = {view.user_id: view for view in event.people}
        shown: dict[tuple[UUID, bool], list[PresenceView]] = {}
        async with self._work.begin() as ctx:
            blocks = await blocks_of(ctx, views)
            for user_id, room in await small_rooms_of(ctx, views):
                for audience in await _audiences(ctx, user_id, room, blocks.get(user_id, set())):
                    shown.setdefault(audience, []).append(views[user_id])
            for (to, is_person), people in shown.items():
                ctx.emit(PresencesShown(tuple(people), to, is_person))
