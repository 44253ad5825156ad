"""Run the gateway's server: listen, report its health, and stop without cutting answers."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chat_app.adapters.llm.config import LlmConfig
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.adapters.llm_grpc.channel import RECEIVE_MAX, SEND_MAX
from chat_app.adapters.llm_grpc.wire import gateway_pb2
from chat_app.adapters.llm_grpc.wire.gateway_pb2_grpc import add_LlmGatewayServicer_to_server
from chat_app.gateway.guard import TokenGuard
from chat_app.gateway.servicer import Servicer

GRACE_SECONDS: Final = 30.0
"""The seconds for which the answers of a stopping gateway may continue."""

SERVICE: Final = gateway_pb2.DESCRIPTOR.services_by_name["LlmGateway"].full_name

_OPTIONS: Final = (
    ("grpc.so_reuseport", 0),  # a second gateway on a port should fail, and not take every other call
    ("grpc.max_receive_message_length", SEND_MAX),
    ("grpc.max_send_message_length", RECEIVE_MAX),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),  # the app asks every ten seconds
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)


@dataclass(frozen=True, slots=True)
class Listening:
    """Hold where to listen, the shared token, and the certificate with its key, in PEM; without them it is not TLS."""

    address: str
    token: str = field(repr=False)
    certificate: tuple[bytes, bytes] | None = field(default=None, repr=False)


class GatewayServer:
    """The server. ``port`` is known after its start."""

    def __init__(self, config: LlmConfig, listening: Listening) -> None:
        self._gateway = LiteLlmGateway(config)
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(interceptors=[TokenGuard(listening.token)], options=_OPTIONS)
        add_LlmGatewayServicer_to_server(Servicer(self._gateway), self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection((SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server)
        self.port = self._bind(listening)

    def _bind(self, listening: Listening) -> int:
        if not listening.certificate:
            return self._server.add_insecure_port(listening.address)
        certificate, key = listening.certificate
        return self._server.add_secure_port(listening.address, grpc.ssl_server_credentials([(key, certificate)]))

    async def start(self) -> None:
        """Serve, and return when LiteLLM is loaded. Until then calls wait, and the gateway is not healthy."""
        await self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._server.start()
        await self._gateway.load()
        await self._set_health(health_pb2.HealthCheckResponse.SERVING)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Accept no more calls, let running ones end, and cancel those that take longer."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)
        await self._gateway.aclose()

    async def _set_health(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for service in ("", SERVICE):
            await self._health.set(service, status)


async def serve(config: LlmConfig, listening: Listening, ready: Callable[[int], None]) -> None:
    """Serve until a signal; a second one cuts the answers that are still being written."""
    server = GatewayServer(config, listening)
    signals: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, signals.put_nowait, None)
    await server.start()
    ready(server.port)
    await signals.get()
    stopping = asyncio.create_task(server.stop())
    hurry = asyncio.create_task(signals.get())
    await asyncio.wait([stopping, hurry], return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        await server.stop(0)
    await stopping
    hurry.cancel()
