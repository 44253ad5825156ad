"""Everybody who shares a room with a person sees at once how they appear."""

from chat_app.core.accounts.events import PersonChanged
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.events import PersonShown
from chat_app.core.rooms.queries import room_ids_of


class People:
    """Listens for people who appear otherwise, and has their rooms told."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def __call__(self, event: object) -> None:
        """Have the rooms told, if ``event`` is a :class:`PersonChanged`."""
        if isinstance(event, PersonChanged):
            async with self._work.begin() as ctx:
                ctx.emit(PersonShown(event.person, tuple(await room_ids_of(ctx, event.person.id))))
