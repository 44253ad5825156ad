"""Which sockets hear what: Reflex's event socket as the live feed's last mile.

A tab's socket is in the Socket.IO rooms ``user:<id>`` and ``session:<id>`` of its person, in ``room:<id>`` of the one
room that it shows, and in ``about:<id>`` of the person's other rooms, where only the fact that something was said is
told.
One op list is encoded once and goes to all of a room's sockets; no client's state is touched.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from uuid import UUID

import reflex as rx
from engineio import packet as engine_packet
from reflex.app import EventNamespace
from socketio import packet as socket_packet

from chat_app.bootstrap import runtime
from chat_app.core.live.ops import RESYNC, room_channel, session_channel, user_channel
from chat_app.core.live.ports import Op
from chat_app.core.rooms.queries import is_in
from chat_app.ui.transport.backlog import FeedPacket
from chat_app.ui.transport.engine import guard_engine
from chat_app.ui.transport.pace import Pace


class Sockets:
    """The sockets of this process."""

    def attach(self, app: rx.App, state: type[rx.State]) -> None:
        """Use the app's event socket; ``state`` is the one whose ``ops`` var carries the feed."""
        self._app = app
        self._substate = state.get_full_name()
        self._count = count(1)
        self._pace = Pace(self._emit)
        self._looking = asyncio.Lock()
        self._looks: set[asyncio.Task[None]] = set()
        self._moved: set[str] = set()
        self.told: dict[str, int] = {}
        """The newest ``rev`` that was delivered, by the ids of rooms."""
        guard_engine(self._namespace, lambda: self._packet([RESYNC]))

    async def seat(self, sid: str, user_id: UUID, session_id: UUID, rooms: Iterable[UUID]) -> None:
        """Let a socket hear what concerns its person.

        What is so by now may have ended while ``rooms`` was being read, and been told before the socket could hear it:
        whoever seats a socket looks once more, and then calls :meth:`dismiss` or :meth:`unseat`.
        """
        namespace = self._namespace
        if not self._is_open(sid):
            return
        self._moved.add(sid)
        # The handshake's body, which has none. Engine.IO makes a class for each one, 2 KiB.
        namespace.server.get_environ(sid, namespace.namespace).pop("wsgi.input", None)
        for channel in (user_channel(user_id), session_channel(session_id)):
            await namespace.enter_room(sid, channel)
        for room_id in rooms:
            if room_channel(room_id) not in namespace.rooms(sid):
                await namespace.enter_room(sid, _about(room_channel(room_id)))

    async def watch(self, sid: str, room_id: UUID | None) -> None:
        """Let a socket hear all of one room (or of none), and of its other rooms only that something happens."""
        namespace = self._namespace
        if not self._is_open(sid):
            return
        self._moved.add(sid)
        wanted = room_channel(room_id) if room_id else None
        for channel in namespace.rooms(sid):
            if channel.startswith("room:") and channel != wanted:
                await namespace.leave_room(sid, channel)
                await namespace.enter_room(sid, _about(channel))
        if wanted:
            await namespace.leave_room(sid, _about(wanted))
            await namespace.enter_room(sid, wanted)

    def rooms_of(self, sid: str) -> set[UUID]:
        """Return the rooms of which a socket hears anything."""
        channels = self._namespace.rooms(sid) if self._is_open(sid) else []
        return {UUID(channel.partition(":")[2]) for channel in channels if channel.startswith(("room:", "about:"))}

    async def unseat(self, sid: str, rooms: Iterable[UUID]) -> None:
        """Let a socket hear no more of these rooms."""
        for room_id in rooms:
            await self._leave(sid, room_channel(room_id))

    def sessions(self) -> set[UUID]:
        """Return the sessions whose sockets hear anything."""
        return {UUID(channel[8:]) for channel in self._channels("session:")}

    def people(self) -> dict[UUID, list[str]]:
        """Return the sockets of each person who has any."""
        return {UUID(channel[5:]): list(sids) for channel, sids in self._channels("user:").items()}

    def seated(self) -> list[str]:
        """Return the sockets that hear anything."""
        return [sid for sids in self._channels("session:").values() for sid in sids]

    def watched(self) -> set[UUID]:
        """Return the rooms that are shown somewhere."""
        return {UUID(channel[5:]) for channel in self._channels("room:")}

    def looks_begin(self) -> None:
        """Begin to note which sockets are given something else to hear, for :meth:`reseat`."""
        self._moved.clear()

    async def reseat(self, audiences: Mapping[UUID, Collection[UUID]]) -> None:
        """Let each socket hear of the rooms in which its person is, of no other one, and tell its tab what was wrong.

        ``audiences`` has the people by rooms, as they were after :meth:`looks_begin`. Sockets that have been given
        something else to hear since then are left alone: that was newer.
        """
        people = self.people()
        owners = {sid: user_id for user_id, sids in people.items() for sid in sids}
        heard: dict[UUID, set[str]] = {room_id: set() for room_id in audiences}
        for channel, sids in self._channels("room:", "about:").items():
            heard.setdefault(UUID(channel.partition(":")[2]), set()).update(sids)
        told: set[tuple[UUID, UUID, bool]] = set()
        for room_id, sids in heard.items():
            right = {sid for user_id in audiences.get(room_id, ()) for sid in people.get(user_id, ())}
            for sid in (sids ^ right) - self._moved:
                await self._lead_socket(sid, room_channel(room_id), inside=sid in right)
                if sid in owners:
                    told.add((owners[sid], room_id, sid in right))
        for user_id, room_id, inside in told:
            op = {"t": "joined" if inside else "left", "room": str(room_id)}
            self._pace.tell(user_channel(user_id), [op])

    async def dismiss(self, sid: str) -> None:
        """Take a socket whose session is live no more out of every channel, and tell its tab if it has been seated."""
        if any(channel.startswith("session:") for channel in self._namespace.rooms(sid)):
            await self.send(sid, {"t": "signed_out"})
        await self.vacate(sid)

    async def vacate(self, sid: str) -> None:
        """Take a socket out of every channel."""
        for channel in self._namespace.rooms(sid):
            if channel != sid:
                await self._namespace.leave_room(sid, channel)

    async def send(self, sid: str, *ops: Op) -> None:
        """Send ops to one socket."""
        self._emit(sid, ops)

    async def answer(self, sid: str, *ops: Op) -> None:
        """Send what a socket has asked for: of a room only while it hears of that, and nothing once it is out.

        Reading takes time, and the right to it may have ended meanwhile.
        """
        heard = set(self._namespace.rooms(sid)) if self._is_open(sid) else set()
        rooms = {room_channel(UUID(op["room"])) for op in ops if "room" in op}
        if len(heard) > 1 and all({room, _about(room)} & heard for room in rooms):
            self._emit(sid, ops)

    async def deliver(self, channel: str, ops: Sequence[Op]) -> None:
        """Receive from the hub: send the ops on to the channel's sockets, and let go of those who lost the right."""
        if channel.startswith("room:"):
            news = [about for op in ops if (about := _news(op))]
            self.told[channel[5:]] = max([self.told.get(channel[5:], 0), *map(_rev, ops)])
            self._pace.tell(channel, ops)
            if news:
                self._pace.tell(_about(channel), news)
            if any(op["t"] == "gone" for op in ops):
                await self._close(channel)
            return
        self._pace.tell(channel, ops)
        for op in ops:
            if op["t"] in ("joined", "left"):
                await self._lead(channel, op["room"], inside=op["t"] == "joined")
                self._look_again(channel, op)
            elif op["t"] == "signed_out":
                await self._sign_out(channel)

    @property
    def _namespace(self) -> EventNamespace:
        namespace = self._app.event_namespace
        assert namespace is not None, "the app has state"
        return namespace

    def _emit(self, to: str, ops: Sequence[Op]) -> int:
        """Put one packet, encoded once, into the queue of each socket; returns how many there are.

        Socket.IO's own ``emit`` makes a task for each socket, only to do the same.
        """
        namespace = self._namespace
        server = namespace.server
        packet = self._packet(ops)
        engines = [engine for _, engine in server.manager.get_participants(namespace.namespace, to)]
        for engine in engines:
            if socket := server.eio.sockets.get(engine):
                socket.queue.put_nowait(packet)
        return len(engines)

    def _packet(self, ops: Sequence[Op]) -> FeedPacket:
        """Return the packet that carries these ops."""
        namespace = self._namespace
        delta: dict[str, object] = {"ops_rx_state_": list(ops)}
        if not any(op["t"] == "message" for op in ops):
            # The browser's store is silent about an equal delta, so no packet may be like another one. None with a
            # message is: it would say nothing new.
            delta["n_rx_state_"] = next(self._count)
        update = {"delta": {self._substate: delta}}
        encoded = namespace.server.packet_class(
            socket_packet.EVENT, namespace=namespace.namespace, data=["event", update], binary=False
        ).encode()
        return FeedPacket(engine_packet.MESSAGE, encoded)

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
        await self._namespace.leave_room(sid, _about(room))

    async def _lead(self, user: str, room_id: str, *, inside: bool) -> None:
        """Let a person's sockets hear of a room, or no more."""
        room = room_channel(UUID(room_id))  # what comes from Redis may be no id
        for sid in self._sockets_in(user):
            self._moved.add(sid)
            await self._lead_socket(sid, room, inside=inside)

    async def _lead_socket(self, sid: str, room: str, *, inside: bool) -> None:
        if not inside:
            await self._leave(sid, room)
        elif room not in self._namespace.rooms(sid):
            await self._namespace.enter_room(sid, _about(room))

    def _look_again(self, user: str, op: Op) -> None:
        """See later whether what was told is still so: of a coming and a going in two processes, either may be told
        last.
        """
        if self._sockets_in(user):
            task = asyncio.create_task(self._correct(user, op))
            self._looks.add(task)
            task.add_done_callback(self._looks.discard)

    async def _correct(self, user: str, op: Op) -> None:
        room_id, told = op["room"], op["t"] == "joined"
        async with self._looking:  # what was read last is what holds
            async with runtime().work.begin() as ctx:
                inside = await is_in(ctx, UUID(room_id), UUID(user.removeprefix("user:")))
            if inside != told:
                await self._lead(user, room_id, inside=inside)
                self._pace.tell(user, [{"t": "joined" if inside else "left", "room": room_id}])

    async def _sign_out(self, session: str) -> None:
        self._pace.flush(session)
        for sid in self._sockets_in(session):
            await self.vacate(sid)

    async def _close(self, room: str) -> None:
        for channel in (room, _about(room)):
            self._pace.flush(channel)
            await self._namespace.close_room(channel)


def _about(channel: str) -> str:
    return channel.replace("room:", "about:", 1)


def _rev(op: Op) -> int:
    """Up to where an op brings a room, 0 for nowhere."""
    return int(op["m"]["rev"] if op["t"] == "message" else op.get("rev", 0))


def _news(op: Op) -> Op | None:
    """Return what those in the room who look elsewhere get to know of an op."""
    if op["t"] == "message":
        message = op["m"]
        author = (message["author"] or {}).get("id")
        news = {"t": "news", "room": op["room"], "seq": message["seq"], "at": message["at"], "author": author}
        if "deleted" in message:
            news["deleted"] = True
        if "mentions" in message:
            news["mentions"] = [person["id"] for person in message["mentions"]]
        if "mentions_all" in message:
            news["mentions_all"] = True
        return news
    return op if op["t"] in ("room", "gone", "person") else None


sockets = Sockets()
