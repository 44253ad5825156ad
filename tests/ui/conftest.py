"""Sockets of this process that no browser is behind, and the process's own parts."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID, uuid4

import pytest
import reflex as rx
from engineio.async_socket import AsyncSocket
from sqlalchemy.ext.asyncio import AsyncEngine

from chat_app.bootstrap import Runtime, runtime
from chat_app.chat_app import app
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.live.ports import Op
from chat_app.core.rooms.tables import Room
from chat_app.settings import get_settings
from chat_app.ui.transport.sockets.sending import sockets
from chat_app.ui.transport.state import FeedState
from chat_app.ui.transport.tabs.held import HeldByTab
from chat_app.web_session import SESSION_HEADER
from tests.fixtures import Connections, kept
from tests.support.waiting import until

NAMESPACE = "/_event"

Connect = Callable[[], Awaitable[tuple[str, AsyncSocket]]]


@pytest.fixture
async def parts(
    worker_database: str, engine: AsyncEngine, app_connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Runtime]:
    """This process's own, without answers: the feed's states know no other."""
    monkeypatch.setenv("DATABASE_URL", worker_database)
    for cached in (get_settings, runtime):
        cached.cache_clear()
    with kept(app_connections):
        parts = runtime()
    parts.hub.subscribe(sockets.deliver)
    await parts.hub.start()
    yield parts
    await parts.stop()
    for cached in (get_settings, runtime):
        cached.cache_clear()


@pytest.fixture
def work(parts: Runtime) -> UnitOfWork:
    return parts.work


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Opens sockets."""
    namespace = app.event_namespace
    assert namespace is not None
    server, opened = namespace.server, list[tuple[str, str]]()

    async def connect() -> tuple[str, AsyncSocket]:
        engine = uuid4().hex
        socket = server.eio.sockets[engine] = AsyncSocket(server.eio, engine)
        server.environ[engine] = {}
        sid = await server.manager.connect(engine, NAMESPACE)
        opened.append((engine, sid))
        return sid, socket

    yield connect
    for engine, sid in opened:
        await server.manager.disconnect(sid, NAMESPACE)
        del server.eio.sockets[engine], server.environ[engine]


async def call(
    sid: str,
    actor: Actor,
    path: str,
    handler: str,
    held: dict[str, object] | None = None,
    of: type[rx.State] = FeedState,
    **payload: object,
) -> None:
    """Handle an event, of the feed or another state, as Reflex does, after the one by which the tab has sent `held`."""
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    headers = {SESSION_HEADER: str(actor.session_id)}
    root._update_router_vars({"sid": sid, "headers": headers, "asPath": path, "pathname": path}, {})
    boot = rx.event.Event(name="reflex___state____state.hydrate_and_load", payload={"held": held})
    await HeldByTab().preprocess(app, root, boot)
    assert boot.payload == {}
    await of.event_handlers[handler].fn(await root.get_state(of), **payload)


async def arrive(sid: str, actor: Actor, path: str, held: dict[str, object] | None = None) -> None:
    """The first events of a page."""
    await call(sid, actor, path, "arrive", held)


class Ear:
    """A socket that keeps the packets sent to it."""

    def __init__(self, sid: str, socket: AsyncSocket) -> None:
        self.sid, self._queue = sid, socket.queue

    async def heard(self) -> list[Op]:
        """The packets since the last call."""
        await until(lambda: not sockets._pace._waiting)
        found: list[Op] = []
        while not self._queue.empty():
            found += json.loads(self._queue.get_nowait().data.partition(",")[2])[1:]
        return found

    @property
    def idle(self) -> bool:
        """Return whether nothing has arrived since the last call of :meth:`heard`."""
        return self._queue.empty()

    def rooms(self) -> set[UUID]:
        """Return the rooms to which it is subscribed."""
        return sockets.rooms_of(self.sid)


Come = Callable[..., Awaitable[Ear]]


@pytest.fixture
def come(connect: Connect) -> Come:
    """Opens a tab of a person, in a room or at home."""

    async def come(actor: Actor, room: Room | None = None) -> Ear:
        ear = Ear(*await connect())
        await arrive(ear.sid, actor, f"/r/{room.id}" if room else "/")
        await ear.heard()
        return ear

    return come
