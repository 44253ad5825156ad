"""A vendor whose TLS cannot be trusted, or breaks: it is sent nothing, and the error is that it cannot be reached."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.core.ai.ports.gateway import LlmError
from tests.adapters.llm.conftest import KEY, KINDS, MODELS, asked, opened, read
from tests.support.certificates import Certificates


class Listener:
    """A server that keeps the received requests."""

    def __init__(self) -> None:
        self.received = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received += await reader.read(65536)
        writer.close()


@asynccontextmanager
async def listening(context: ssl.SSLContext | None) -> AsyncIterator[tuple[Listener, str]]:
    """A server with this TLS, or without any."""
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield listener, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture(params=["unknown authority", "closes within the handshake"])
def context(request: pytest.FixtureRequest, tmp_path: Path) -> ssl.SSLContext | None:
    if request.param != "unknown authority":
        return None
    certificates = Certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["openai", "anthropic", "gemini"])
async def test_vendor_without_valid_tls_gets_nothing_and_cannot_be_reached(
    context: ssl.SSLContext | None, kind: str, name: str
):
    paths = {"openai": "/v1", "gemini": "/v1beta"}
    async with listening(context) as (listener, url):
        provider = Provider(KEY, url + paths.get(name, ""))
        config = LlmConfig(providers={name: provider}, local_ollama=None, retry_seconds=0, failures_to_pause=1_000)
        async with opened(kind, config) as gateway:
            with pytest.raises(LlmError) as failure:
                await read(gateway, asked(MODELS[name], "Hello"))
    assert failure.value.code == "llm_unavailable"
    assert KEY.encode() not in listener.received
