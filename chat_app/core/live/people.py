"""Everybody who shares a room with a person sees at once how they appear, and whether they are here."""

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
    """Listens for people who appear otherwise, and has their rooms told."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def __call__(self, event: object) -> None:
        """Have the rooms told, if a person appears otherwise, or hides from now on how far they have read."""
        if isinstance(event, PersonChanged):
            async with self._work.begin() as ctx:
                ctx.emit(PersonShown(event.person, tuple(await room_ids_of(ctx, event.person.id))))
        if isinstance(event, ReceiptsChanged) and not event.shown:
            async with self._work.begin() as ctx:
                ctx.emit(ReceiptsHidden(event.user_id, tuple(await room_ids_of(ctx, event.user_id))))


async def _audiences(ctx: Context, user_id: UUID, room: Room, apart: set[UUID]) -> list[tuple[UUID, bool]]:
    """Return who in a room is told of a person: the whole room, or persons (``True``)."""
    if room.closed or room.unopened:
        return []
    if room.pair:
        return [(peer_id(room, user_id), True)]
    members = set(await member_ids(ctx, room.id)) if apart else set()
    if apart.isdisjoint(members):
        return [(room.id, False)]
    return [(other, True) for other in sorted(members - apart)]


class Presences:
    """Listens for people who come, go or fall silent, and has those told who would see it.

    In rooms of many nobody is told: each would hear of all the others. Where there is a block between two people in a
    room, the others there are told one by one.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def __call__(self, event: object) -> None:
        """Have it told, if ``event`` is a :class:`PresencesChanged`."""
        if not isinstance(event, PresencesChanged):
            return
        views = {view.user_id: view for view in event.people}
        told: dict[tuple[UUID, bool], list[PresenceView]] = {}
        async with self._work.begin() as ctx:
            blocks = await blocks_of(ctx, views)
            for user_id, room in await small_rooms_of(ctx, views):
                for audience in await _audiences(ctx, user_id, room, blocks.get(user_id, set())):
                    told.setdefault(audience, []).append(views[user_id])
            for (to, is_person), people in told.items():
                ctx.emit(PresencesShown(tuple(people), to, is_person))
