"""Send the live feed's ops to the sockets of Reflex's event socket.

One list of ops is encoded once and goes to all of a channel's sockets; no client's state is touched.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import reflex as rx
from engineio.packet import MESSAGE
from socketio.packet import EVENT

from chat_app.bootstrap import runtime
from chat_app.core.live.ops.own import JoinedOp, LeftOp
from chat_app.core.live.ops.rooms import NewsOp
from chat_app.core.live.ops.shared import RESYNC, user_channel
from chat_app.core.live.ports import Op
from chat_app.core.rooms.queries import start_in
from chat_app.ui.transport.sockets.backlog import Backlog, FeedPacket
from chat_app.ui.transport.sockets.early import Early
from chat_app.ui.transport.sockets.engine import guard_engine
from chat_app.ui.transport.sockets.pace import Pace
from chat_app.ui.transport.sockets.seen import is_before, seen_after
from chat_app.ui.transport.sockets.short_ops import OpShortener, Short
from chat_app.ui.transport.sockets.subscriptions import Subscriptions, about, id_in, since, start_in_name

FEED_EVENT: Final = "o"
"""The Socket.IO event whose arguments are ops. ``assets/live/listening.js`` listens to it."""


class Sockets(Subscriptions):
    """The sockets of this process."""

    def attach(self, app: rx.App) -> None:
        """Use the app's event socket."""
        self._app = app
        self._shortener = OpShortener()
        self._pace = Pace(self._emit)
        self._checking = asyncio.Lock()
        self._checks: set[asyncio.Task[None]] = set()
        self.early = Early(self._is_open)
        self.delivered_revs: dict[str, int] = {}
        """The newest ``rev`` that was delivered, by the ids of rooms."""
        guard_engine(self._namespace, self._resync)

    async def correct_subscriptions(self, audiences: Mapping[UUID, Mapping[UUID, int]]) -> None:
        """Subscribe each socket to exactly the rooms of its person, and send its tab the corrections.

        ``audiences`` has the people by rooms, read after :meth:`begin_comparing`, each with the ``seq`` after which
        they see messages. Sockets whose subscriptions have changed since then are skipped, because the change was
        newer.
        """
        people = self.people()
        owners = {sid: user_id for user_id, sids in people.items() for sid in sids}
        heard: dict[UUID, set[tuple[str, int]]] = {room_id: set() for room_id in audiences}
        for channel, sids in self._channels("room:", "about:").items():
            start = start_in_name(channel)
            heard.setdefault(id_in(channel), set()).update((sid, start) for sid in sids)
        corrected: set[tuple[UUID, UUID, int | None]] = set()
        for room_id, present in heard.items():
            starts = audiences.get(room_id, {})
            right = {sid: start for user_id, start in starts.items() for sid in people.get(user_id, ())}
            for sid in {sid for sid, _ in present ^ right.items()} - self._changed:
                await self._enter_or_leave(sid, room_id, right.get(sid))
                if sid in owners:
                    corrected.add((owners[sid], room_id, right.get(sid)))
        for user_id, room_id, new in corrected:
            self._pace.send(user_channel(user_id), [_coming(str(room_id), new)])

    async def sign_out_socket(self, sid: str) -> None:
        """Send ``signed_out`` to a subscribed socket whose session has ended, and unsubscribe it from everything."""
        if any(channel.startswith("session:") for channel in self._namespace.rooms(sid)):
            await self.send(sid, {"t": "signed_out"})
        await self.unsubscribe_all(sid)

    async def send(self, sid: str, *ops: Op) -> None:
        """Send ops to one socket."""
        self._emit_to(sid, ops)

    async def answer(self, sid: str, session_id: UUID, *ops: Op) -> None:
        """Send a socket the requested data, if its session is still the same and, for data of a room, it is still
        subscribed to the room. During the reading, the permission may have ended, or the tab may have another person.
        """
        rooms = {UUID(op["room"]) for op in ops if "room" in op}
        if self.has_arrived(sid, session_id) and rooms <= self.rooms_of(sid):
            self._emit_to(sid, ops)

    @contextmanager
    def holding(self, sid: str) -> Iterator[None]:
        """Keep ops for a socket until the block ends, so that they are sent after the snapshot that is being read.

        A snapshot that was read before an op, but sent after it, would undo it.
        """
        backlog = self._backlog(sid)
        if backlog:
            backlog.hold()
        try:
            yield
        finally:
            if backlog:
                backlog.release()

    def _emit_to(self, sid: str, ops: Sequence[Short]) -> None:
        if backlog := self._backlog(sid):
            backlog.put_nowait(_packet(ops))

    def _backlog(self, sid: str) -> Backlog | None:
        server = self._namespace.server
        engine = server.manager.eio_sid_from_sid(sid, self._namespace.namespace) if self._is_open(sid) else None
        socket = server.eio.sockets.get(engine)
        return socket.queue if socket else None

    async def deliver(self, channel: str, ops: Sequence[Op]) -> None:
        """Receive ops from the hub, send them to the channel's sockets, and unsubscribe sockets that lost the
        permission.
        """
        if channel.startswith("room:"):
            news = [each for op in ops if (each := _news(op))]
            self.delivered_revs[channel[5:]] = max([self.delivered_revs.get(channel[5:], 0), *map(_rev, ops)])
            self._notify_authors(ops)
            short = [self._shortener.shorten(op) for op in ops]
            self._pace.send(channel, short)
            if news:
                self._pace.send(about(channel), news)
            for start in self._starts_in(id_in(channel)):
                self._deliver_since(channel, start, ops, short)
            if any(op["t"] == "gone" for op in ops):
                await self._close(channel)
            return
        self._pace.send(channel, ops)
        for op in ops:
            if op["t"] in ("joined", "left"):
                await self._move(channel, op["room"], op.get("sees_after"))
                self._check_later(channel, op)
            elif op["t"] == "signed_out":
                await self._sign_out_session(channel)

    def _deliver_since(self, room: str, start: int, ops: Sequence[Op], short: Sequence[Short]) -> None:
        """Send ops of a room to sockets that see its messages after ``start``, without ops about earlier messages."""
        seen = [each for op, shortened in zip(ops, short, strict=True) if (each := seen_after(start, op, shortened))]
        if seen:
            self._pace.send(since(room, start), seen)
        if news := [each for op in ops if not is_before(start, op) and (each := _news(op))]:
            self._pace.send(about(since(room, start)), news)

    def _notify_authors(self, ops: Sequence[Op]) -> None:
        """Send the authors of new messages their ids and nonces, before the messages arrive."""
        authors: set[str] = set()
        for op in ops:
            if kept := self._shortener.kept_op(op):
                authors.add(author := user_channel(UUID(op["m"]["author"]["id"])))
                self._pace.send(author, [kept])
        for author in authors:  # whose channel may rest for longer than the room's
            self._pace.flush(author)

    def _emit(self, to: str, ops: Sequence[Short]) -> int:
        """Put one packet, encoded once, into the queue of each socket; returns how many there are.

        Socket.IO's own ``emit`` makes a task for each socket, only to do the same.
        """
        namespace = self._namespace
        server = namespace.server
        engines = [engine for _, engine in server.manager.get_participants(namespace.namespace, to)]
        if engines:
            packet = _packet(self._pieces.shorten(to, ops))
            for engine in engines:
                if socket := server.eio.sockets.get(engine):
                    socket.queue.put_from_channel(packet)
        return len(engines)

    def _resync(self) -> FeedPacket:
        """Return the packet for a reader that has missed some."""
        self._pieces.name_again()
        return _packet([RESYNC])

    async def _move(self, user: str, room_id: str, start: int | None) -> None:
        """Subscribe a person's sockets to a room after ``start``, or unsubscribe them if it is ``None``."""
        room = UUID(room_id)  # values from Redis may be no ids
        for sid in self._sockets_in(user):
            self._changed.add(sid)
            await self._enter_or_leave(sid, room, start)

    def _check_later(self, user: str, op: Op) -> None:
        """Check a membership again later: two processes may publish a joining and a leaving in any order."""
        if self._sockets_in(user):
            task = asyncio.create_task(self._correct(user, op))
            self._checks.add(task)
            task.add_done_callback(self._checks.discard)

    async def _correct(self, user: str, op: Op) -> None:
        room_id, told = op["room"], op.get("sees_after")
        async with self._checking:  # the latest result counts
            async with runtime().work.begin() as ctx:
                start = await start_in(ctx, UUID(room_id), UUID(user.removeprefix("user:")))
            if start != told:
                await self._move(user, room_id, start)
                self._pace.send(user, [_coming(room_id, start)])

    async def _sign_out_session(self, session: str) -> None:
        self._pace.flush(session)
        for sid in self._sockets_in(session):
            await self.unsubscribe_all(sid)

    async def _close(self, room: str) -> None:
        rooms = self._room_channels(id_in(room))
        for channel in (*rooms, *map(about, rooms)):
            self._pace.flush(channel)
            await self._namespace.close_room(channel)


def _packet(ops: Sequence[Short]) -> FeedPacket:
    """Return the packet of these ops: a Socket.IO event with the ops as arguments."""
    arguments = json.dumps([FEED_EVENT, *ops], ensure_ascii=False, separators=(",", ":"))
    return FeedPacket(MESSAGE, f"{EVENT}/_event,{arguments}")


def _coming(room: str, start: int | None) -> JoinedOp | LeftOp:
    if start is None:
        return {"t": "left", "room": room}
    return {"t": "joined", "room": room, "sees_after": start}


def _rev(op: Op) -> int:
    """Return the ``rev`` of a room after an op, 0 for none."""
    return int(op["m"]["rev"] if op["t"] == "message" else op.get("rev", 0))


def _news(op: Op) -> Op | None:
    """Return an op for members who view another room, or None for nothing."""
    if op["t"] == "message":
        message = op["m"]
        author = (message["author"] or {}).get("id")
        news: NewsOp = {"t": "news", "room": op["room"], "seq": message["seq"], "at": message["at"], "author": author}
        if "deleted" in message:
            news["deleted"] = True
        if "event" in message:
            news["line"] = True
        if "mentions" in message:
            news["mentions"] = [person["id"] for person in message["mentions"]]
        if "mentions_all" in message:
            news["mentions_all"] = True
        return news
    return op if op["t"] in ("room", "gone", "person") else None


sockets = Sockets()
