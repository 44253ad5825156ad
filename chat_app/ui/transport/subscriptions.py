"""Which sockets are subscribed to which channels.

A tab's socket is in the Socket.IO rooms ``user:<id>`` and ``session:<id>`` of its person, in ``room:<id>`` of the one
room that it shows, and in ``about:<id>`` of the person's other rooms, where only the fact that something was said is
sent.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from uuid import UUID

import reflex as rx
from reflex.app import EventNamespace

from chat_app.core.live.ops import room_channel, session_channel, user_channel


class Subscriptions:
    """The subscriptions of the sockets of this process."""

    def __init__(self) -> None:
        self._app: rx.App | None = None
        self._changed: set[str] = set()
        """The sockets whose subscriptions have changed since :meth:`begin_comparing`."""

    async def subscribe(self, sid: str, user_id: UUID, session_id: UUID, rooms: Iterable[UUID]) -> None:
        """Subscribe a socket to its person's channels.

        A membership or the session may have ended while ``rooms`` was being read, before the socket could receive it:
        the caller reads once more, and then calls ``sign_out_socket`` or :meth:`unsubscribe`.
        """
        namespace = self._namespace
        if not self._is_open(sid):
            return
        self._changed.add(sid)
        # The handshake's body, which has none. Engine.IO makes a class for each one, 2 KiB.
        namespace.server.get_environ(sid, namespace.namespace).pop("wsgi.input", None)
        for channel in (user_channel(user_id), session_channel(session_id)):
            await namespace.enter_room(sid, channel)
        there = set(namespace.rooms(sid))  # asked once: it looks through all channels of the process
        for room_id in rooms:
            if room_channel(room_id) not in there:
                await namespace.enter_room(sid, about(room_channel(room_id)))

    async def watch(self, sid: str, room_id: UUID | None) -> None:
        """Subscribe a socket to one room in full (or to none), and to its other rooms' news."""
        namespace = self._namespace
        if not self._is_open(sid):
            return
        self._changed.add(sid)
        wanted = room_channel(room_id) if room_id else None
        for channel in namespace.rooms(sid):
            if channel.startswith("room:") and channel != wanted:
                await namespace.leave_room(sid, channel)
                await namespace.enter_room(sid, about(channel))
        if wanted:
            await namespace.leave_room(sid, about(wanted))
            await namespace.enter_room(sid, wanted)

    def rooms_of(self, sid: str) -> set[UUID]:
        """Return the rooms to which a socket is subscribed in any way."""
        channels = self._namespace.rooms(sid) if self._is_open(sid) else []
        return {id_in(channel) for channel in channels if channel.startswith(("room:", "about:"))}

    async def unsubscribe(self, sid: str, rooms: Iterable[UUID]) -> None:
        """Unsubscribe a socket from these rooms."""
        for room_id in rooms:
            await self._leave(sid, room_channel(room_id))

    def sessions(self) -> set[UUID]:
        """Return the sessions that have subscribed sockets."""
        return {id_in(channel) for channel in self._channels("session:")}

    def people(self) -> dict[UUID, list[str]]:
        """Return the sockets of each person who has any."""
        return {id_in(channel): list(sids) for channel, sids in self._channels("user:").items()}

    def subscribed(self) -> list[str]:
        """Return the subscribed sockets."""
        return [sid for sids in self._channels("session:").values() for sid in sids]

    def watched(self) -> set[UUID]:
        """Return the rooms that are shown somewhere."""
        return {id_in(channel) for channel in self._channels("room:")}

    def begin_comparing(self) -> None:
        """Begin to note whose subscriptions change, for ``correct_subscriptions``."""
        self._changed.clear()

    async def unsubscribe_all(self, sid: str) -> None:
        """Unsubscribe a socket from every channel."""
        for channel in self._namespace.rooms(sid):
            if channel != sid:
                await self._namespace.leave_room(sid, channel)

    @property
    def _namespace(self) -> EventNamespace:
        namespace = self._app and self._app.event_namespace
        assert namespace is not None, "an app with state was attached"
        return namespace

    def _is_open(self, sid: str) -> bool:
        """Return whether the socket is still there: a page may be closed before it has been answered."""
        return bool(self._namespace.server.manager.is_connected(sid, self._namespace.namespace))

    def _channels(self, *kinds: str) -> dict[str, Collection[str]]:
        """Return the sockets of each channel of these kinds."""
        channels = self._namespace.server.manager.rooms.get(self._namespace.namespace, {})
        return {name: sids for name, sids in channels.items() if name and name.startswith(kinds)}

    def _sockets_in(self, channel: str) -> list[str]:
        namespace = self._namespace
        manager = namespace.server.manager
        if namespace.namespace not in manager.rooms:
            return []
        return [sid for sid, _ in manager.get_participants(namespace.namespace, channel)]

    async def _leave(self, sid: str, room: str) -> None:
        await self._namespace.leave_room(sid, room)
        await self._namespace.leave_room(sid, about(room))

    async def _enter_or_leave(self, sid: str, room: str, *, inside: bool) -> None:
        if not inside:
            await self._leave(sid, room)
        elif room not in self._namespace.rooms(sid):
            await self._namespace.enter_room(sid, about(room))


@lru_cache(20_000)
def id_in(channel: str) -> UUID:
    """Return the id in a channel's name. It is asked for every few seconds of every channel."""
    return UUID(channel.partition(":")[2])


def about(channel: str) -> str:
    """Return the channel of a room's members who look at another room."""
    return channel.replace("room:", "about:", 1)
