"""Run the ASGI server: uvicorn on uvloop, in this process."""

import asyncio
import gc
import socket
from datetime import timedelta

import reflex as rx
import uvicorn
from reflex_base.constants import Env
from reflex_base.environment import environment
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api.middleware.body_limit import MAXIMUM
from chat_app.launch.connections import descriptors
from chat_app.launch.connections.admission import ConnectionAdmission
from chat_app.launch.connections.requests import requests_behind
from chat_app.launch.connections.sweeper import ConnectionTimeouts, Sweeper
from chat_app.launch.connections.websockets import WebSocket
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError

_SHUTDOWN_SECONDS = 5
_SILENCE = timedelta(seconds=20)  # after a ping, until a connection counts as lost, on either side
_COLLECTIONS = (20_000, 20, 20)  # new objects before a young collection; young before a middle; middle before a full


class Server(uvicorn.Server):
    """Prints the app's address once it can be reached, as the last line of a start, and closes idle connections."""

    def __init__(self, config: uvicorn.Config, address: str, patience: ConnectionTimeouts | None = None) -> None:
        super().__init__(config)
        self._address = address
        self._sweeper = Sweeper(patience or ConnectionTimeouts())

    async def on_tick(self, counter: int) -> bool:
        """Check the connections, once a second."""
        if counter % 10 == 0:
            self._sweeper.sweep(self.server_state.connections, asyncio.get_running_loop().time())
            descriptors.watch()
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and print the address."""
        await super().startup(sockets)
        _spare_the_collector()
        if self.started:
            print(f"Parley is at {self._address} (Ctrl-C stops it)", flush=True)


class _Shortened:
    """Reflex's app without its outermost layer, which handles CORS and routing: both are done further in.

    That layer would keep routing data for every open tab, and add six calls to every request.
    """

    def __init__(self, app: rx.App) -> None:
        self._reflex = app
        self._whole = app()
        self._guarded = next(route.app for route in getattr(self._whole, "routes", ()) if isinstance(route, Mount))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._reflex.set_contexts()  # never reset: each connection has its own task, and so its own context
        await (self._whole if scope["type"] == "lifespan" else self._guarded)(scope, receive, send)


def serve(listener: socket.socket, settings: Settings) -> None:
    """Serve pages and back end on `listener` until a signal ends it. Raises `LaunchError` if the app does not start."""
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SOCKET_TIMEOUT.set(_SILENCE)
    environment.REFLEX_SKIP_COMPILE.set(True)  # the pages are built already
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)  # and served beside the back end
    from chat_app.chat_app import app  # after Reflex's mode is set

    descriptors.raise_limit()
    config = configuration(_Shortened(app), proxied=settings.trusted_proxy_hops > 0)
    server = Server(config, settings.origin)
    server.run(sockets=[listener])
    if not server.started:
        raise LaunchError("The app did not start; the log above says why.")


def _spare_the_collector() -> None:
    """Make the garbage collector ignore the objects of the start, and run less often.

    A full collection would block everybody for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)
    gc.enable()


def configuration(app: ASGIApp, *, proxied: bool = False) -> uvicorn.Config:
    """Return uvicorn's configuration for an app; ``proxied`` if every connection is a trusted proxy's."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=requests_behind(ConnectionAdmission(proxied=proxied)),
        ws=WebSocket,
        ws_per_message_deflate=False,
        ws_max_size=MAXIMUM,  # as long as a request's body
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the API minds them, by the number of proxies that may be believed
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
