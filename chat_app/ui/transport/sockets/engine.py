"""Check incoming packets before Reflex handles them: none can fill the log, or leave a stack trace."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from engineio.packet import Packet
from reflex.app import EventNamespace
from reflex_base.registry import RegistrationContext
from socketio import AsyncServer
from starlette.datastructures import Headers

from chat_app.bootstrap import runtime
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.traffic.event_turns import EventTurns
from chat_app.traffic.tally import tally
from chat_app.traffic.wire import wire_of
from chat_app.ui.transport.sockets.backlog import Backlog
from chat_app.ui.transport.sockets.heartbeat import serve
from chat_app.web_session import PERSON_HEADER

SAID_BY_PAGES: Final = frozenset({"event", "ping", "client_error"})
ADDRESS_MAX: Final = 8_000  # characters of a page's address, query included

SEND: Final = "reflex___state____state.chat_app___ui___transport___state____feed_state.send"
SEND_UNITS: Final = 0.25
"""The share of an event that a message counts: an outbox has many at once, and of messages there is a limit."""


def guard_engine(namespace: EventNamespace, resync: Callable[[], Packet]) -> None:
    """Limit what waits for each socket, drop unknown events, and close useless connections.

    The events of who sends very many wait for each other, and for messages.
    """
    server = namespace.server
    engine = server.eio

    def give_up(backlog: Backlog) -> None:
        for sid, socket in engine.sockets.items():
            if socket.queue is backlog:
                _abort(server.environ.get(sid))

    async def on_message(sid: str, data: Any) -> None:
        try:
            await server._handle_eio_message(sid, data)
        except Exception as error:  # parsers raise many kinds of errors for hostile input
            tally.add("packet_failed", type(error).__name__)

    handle_event, turns = server._handle_event, EventTurns(lambda: runtime().messages.is_taken())

    async def only_what_pages_say(engine_sid: str, path: str, number: int | None, data: list[Any]) -> None:
        """Handle what pages send; only Socket.IO itself may send ``connect`` and ``disconnect``."""
        if data and data[0] in SAID_BY_PAGES:
            scope = server.environ[engine_sid]["asgi.scope"]
            person = Headers(scope=scope).get(PERSON_HEADER)
            sends = person is not None and _name_of(data[-1]) == SEND
            if sends:
                runtime().messages.expect()
            begin = partial(_begin, namespace, partial(handle_event, engine_sid, path, number, data))
            await turns.give(person or scope["client"][0], begin, SEND_UNITS if sends else 1)
        else:
            tally.add("event_unknown")

    server._handle_event = only_what_pages_say
    engine.start_service_task = False  # its task iterates over all sockets; a silent one is closed anyway
    engine.create_queue = lambda: Backlog(resync, give_up)
    engine.on("connect", partial(_connect, server))
    engine.on("message", on_message)
    namespace.on_event = _known_events(namespace)


async def _connect(server: AsyncServer, sid: str, environ: dict[str, Any]) -> Any:
    """Connect a socket, whose packets go straight to its websocket and come straight from it."""
    socket = server.eio.sockets[sid]
    if wire := wire_of(environ["asgi.scope"]):
        wire.ping_interval = None  # the heartbeat pings, as pages expect it of Engine.IO
        socket.last_ping = None  # so Engine.IO does not
        socket._websocket_handler = partial(serve, socket, wire)
    return await server._handle_eio_connect(sid, environ)


def _abort(environ: dict[str, Any] | None) -> None:
    if environ and (wire := wire_of(environ["asgi.scope"])):
        wire.abort()


async def _begin(namespace: EventNamespace, handle: Callable[[], Awaitable[None]]) -> asyncio.Future[object] | None:
    """Handle a packet; return a future of the end of its event."""
    futures = namespace.app.event_processor._futures
    before = next(reversed(futures), None)
    await handle()
    last = next(reversed(futures), None)
    return futures[last] if last and last != before else None


def _name_of(event: object) -> object:
    return event.get("name") if isinstance(event, dict) else None


def _known_events(namespace: EventNamespace) -> Any:
    handle = namespace.on_event

    async def on_event(sid: str, data: Any = None) -> None:
        name = _name_of(data)
        if not isinstance(name, str) or name not in RegistrationContext.get().event_handlers:
            tally.add("event_unknown")
        elif not _is_at_a_page(data.get("router_data")):
            tally.add("event_of_no_page")
        elif sid not in namespace.sid_to_token:
            tally.add("event_of_no_tab")
        else:
            await handle(sid, data)

    return on_event


def _is_at_a_page(router_data: object) -> bool:
    """Return whether the address in an event is text that can be stored and sent back."""
    if router_data is None:
        return True
    if not isinstance(router_data, dict):
        return False
    said = [router_data[name] for name in ("asPath", "pathname") if name in router_data]
    return all(isinstance(each, str) and len(each) <= ADDRESS_MAX and storable(each) == each for each in said)
