"""The subscriptions of sockets to channels.

A tab's socket is in the Socket.IO rooms ``user:<id>`` and ``session:<id>`` of its person, in ``room:<id>`` of the one
room that it shows, and in ``about:<id>`` of the person's other rooms, where only the fact that a message was written is
sent. If the person sees the messages of a room only after a ``seq``, the socket is in ``room:<id>:<seq>`` or
``about:<id>:<seq>`` instead, where nothing about earlier ones is sent.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from uuid import UUID

import reflex as rx
from reflex.app import EventNamespace

from chat_app.core.live.ops.shared import room_channel, session_channel, user_channel
from chat_app.ui.transport.sockets.pieces import Pieces


class Subscriptions:
    """The subscriptions of the sockets of this process."""

    def __init__(self) -> None:
        self._app: rx.App | None = None
        self._changed: set[str] = set()
        """The sockets whose subscriptions have changed since :meth:`begin_comparing`."""
        self._pieces = Pieces()
        self._starts: dict[UUID, set[int]] = {}
        """The ``seq`` values after which some sockets see messages, by the rooms that some do not see in full."""

    async def subscribe(self, sid: str, user_id: UUID, session_id: UUID, rooms: Mapping[UUID, int]) -> None:
        """Subscribe a socket to its person's channels, of each of the ``rooms`` after the ``seq`` that is given.

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
        there = set(namespace.rooms(sid))  # called once: it iterates over all channels of the process
        for room_id, start in rooms.items():
            await self._enter(sid, room_id, start, there)

    async def watch(self, sid: str, room_id: UUID | None) -> None:
        """Subscribe a socket to one of its rooms in full (or to none), and to its other rooms' news."""
        namespace = self._namespace
        if not self._is_open(sid):
            return
        self._changed.add(sid)
        there = namespace.rooms(sid)
        wanted = next((each for each in there if room_id and _is_of(each, room_id)), None)
        wanted = wanted and wanted.replace("about:", "room:", 1)
        for channel in there:
            if channel.startswith("room:") and channel != wanted:
                await namespace.leave_room(sid, channel)
                await namespace.enter_room(sid, about(channel))
        if wanted:
            await namespace.leave_room(sid, about(wanted))
            await namespace.enter_room(sid, wanted)
            self._pieces.name_again(wanted)

    def has_arrived(self, sid: str, session_id: UUID) -> bool:
        """Return whether a socket is subscribed to the channels of its session."""
        return self._is_open(sid) and session_channel(session_id) in self._namespace.rooms(sid)

    def rooms_of(self, sid: str) -> set[UUID]:
        """Return the rooms to which a socket is subscribed in any way."""
        channels = self._namespace.rooms(sid) if self._is_open(sid) else []
        return {id_in(channel) for channel in channels if channel.startswith(("room:", "about:"))}

    async def unsubscribe(self, sid: str, rooms: Iterable[UUID]) -> None:
        """Unsubscribe a socket from these rooms."""
        for room_id in rooms:
            await self._leave(sid, room_id)

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

    async def _leave(self, sid: str, room_id: UUID) -> None:
        for channel in self._room_channels(room_id):
            await self._namespace.leave_room(sid, channel)
            await self._namespace.leave_room(sid, about(channel))

    async def _enter_or_leave(self, sid: str, room_id: UUID, start: int | None) -> None:
        """Subscribe a socket to a room after ``start``, or unsubscribe it if it is ``None``."""
        if start is None:
            await self._leave(sid, room_id)
        else:
            await self._enter(sid, room_id, start, set(self._namespace.rooms(sid)))

    async def _enter(self, sid: str, room_id: UUID, start: int, there: Collection[str]) -> None:
        """Subscribe a socket, which is ``there`` already, to a room's news after ``start``, and to nothing before."""
        channel = room_channel(room_id)
        if start:
            self._starts.setdefault(room_id, set()).add(start)
            channel = since(channel, start)
        others = [each for each in self._room_channels(room_id) if each != channel] if room_id in self._starts else []
        for other in others:
            if other in there or about(other) in there:
                await self._namespace.leave_room(sid, other)
                await self._namespace.leave_room(sid, about(other))
        if channel not in there:
            await self._namespace.enter_room(sid, about(channel))

    def _room_channels(self, room_id: UUID) -> list[str]:
        """Return the channels of a room: for sockets that see all messages, and for those that do not."""
        whole = room_channel(room_id)
        return [whole, *(since(whole, start) for start in self._starts.get(room_id, ()))]

    def _starts_in(self, room_id: UUID) -> list[int]:
        """Return the ``seq`` values after which some sockets see a room; delete those of closed sockets."""
        if room_id not in self._starts:
            return []
        whole, there = room_channel(room_id), self._namespace.server.manager.rooms.get(self._namespace.namespace, {})
        here = [
            each for each in self._starts[room_id] if {since(whole, each), about(since(whole, each))} & there.keys()
        ]
        self._starts[room_id] = set(here)
        if not here:
            del self._starts[room_id]
        return here


@lru_cache(20_000)
def id_in(channel: str) -> UUID:
    """Return the id in a channel's name. It is called every few seconds for every channel."""
    return UUID(channel.split(":")[1])


@lru_cache(20_000)
def start_in_name(channel: str) -> int:
    """Return after which ``seq`` a channel of a room has messages."""
    return int("".join(channel.split(":")[2:]) or 0)


def since(channel: str, start: int) -> str:
    """Return the channel of people who see a room's messages after ``start``."""
    return f"{channel}:{start}"


def _is_of(channel: str, room_id: UUID) -> bool:
    return channel.startswith(("room:", "about:")) and id_in(channel) == room_id


def about(channel: str) -> str:
    """Return the channel of a room's members who look at another room."""
    return channel.replace("room:", "about:", 1)
