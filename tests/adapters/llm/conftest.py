"""A scripted vendor on loopback, and the real gateway to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.adapters.llm_grpc.channel import GatewayAddress
from chat_app.adapters.llm_grpc.grpc_gateway import GrpcGateway
from chat_app.adapters.llm_grpc.timeouts import GatewayTimeouts
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmGateway, LlmMessage
from chat_app.core.ai.ports.usage import Usage
from chat_app.gateway.server import GatewayServer, Listening
from tests.vendor.server import ScriptedVendor

TOKEN = "a-token-that-both-sides-have-0123456789"
KINDS = ("litellm", "grpc")
"""The adapters, which promise the same."""

KEY = "sk-secret-0123456789"
# One model of each wire format. The compatible server names its own.
MODELS = {
    "openai": "openai/gpt-6.1-sol",
    "anthropic": "anthropic/claude-sonnet-5-5",
    "gemini": "gemini/gemini-flash-latest",
    "ollama": "ollama/scripted",
    "vllm": "vllm/scripted",
}


def config_for(url: str, **patience: float) -> LlmConfig:
    """All providers, each at the scripted vendor."""
    providers = {
        "openai": Provider(KEY, f"{url}/v1"),
        "anthropic": Provider(KEY, url),
        "gemini": Provider(KEY, f"{url}/v1beta"),
        "ollama": Provider(base_url=url),
        "vllm": Provider(base_url=url),
    }
    return LlmConfig(
        **{"providers": providers, "local_ollama": None, "retry_seconds": 0, "failures_to_pause": 1_000, **patience}
    )


@pytest.fixture(scope="session")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as server:
        yield server


@pytest.fixture
def raw(vendor: ScriptedVendor) -> Iterator[ScriptedVendor]:
    """The vendor, whose bodies a test writes by the byte."""
    vendor.hold()
    yield vendor
    vendor.raw = ()
    vendor.release()


@asynccontextmanager
async def opened(kind: str, config: LlmConfig) -> AsyncIterator[LiteLlmGateway | GrpcGateway]:
    """The adapter of a kind, to the same providers: in this process, or a client of a gateway."""
    if kind == "litellm":
        local = LiteLlmGateway(config)
        yield local
        await local.aclose()
        return
    async with served(config) as address:
        remote = GrpcGateway(address, config.default_model, GatewayTimeouts(retry=config.retry_seconds))
        yield remote
        await remote.aclose()


@asynccontextmanager
async def served(config: LlmConfig, at: str = "127.0.0.1:0") -> AsyncIterator[GatewayAddress]:
    """A gateway's server in this process."""
    server = GatewayServer(config, Listening(at, TOKEN))
    await server.start()
    yield GatewayAddress(f"127.0.0.1:{server.port}", TOKEN)
    await server.stop(0)


@pytest.fixture(params=KINDS, scope="session")
async def gateway(request: pytest.FixtureRequest, vendor: ScriptedVendor) -> AsyncIterator[Gateway]:
    async with opened(request.param, config_for(vendor.url)) as gateway:
        await gateway.warm_up()
        yield gateway


@pytest.fixture(params=KINDS, scope="session")
async def hasty(request: pytest.FixtureRequest, vendor: ScriptedVendor) -> AsyncIterator[Gateway]:
    """A gateway with little patience."""
    config = config_for(vendor.url, first_piece_seconds=0.3, silence_seconds=0.3)
    async with opened(request.param, config) as gateway:
        await gateway.warm_up()
        yield gateway


def asked(model: str, prompt: str, **more: int) -> CompletionRequest:
    messages = (LlmMessage("system", "Be brief."), LlmMessage("user", f"Aiko: {prompt}", "Aiko"))
    return CompletionRequest(model, messages, **more)


async def read(gateway: LlmGateway, request: CompletionRequest) -> tuple[list[str], Usage]:
    """The pieces of a whole answer, and its usage."""
    pieces = [piece async for piece in gateway.stream(request)]
    assert [piece.usage is None for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    usage = pieces[-1].usage
    assert usage is not None
    return [piece.text for piece in pieces if piece.text], usage
