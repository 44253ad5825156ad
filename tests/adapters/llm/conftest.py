"""A scripted vendor on loopback, and the real gateway to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.core.ai.ports import CompletionRequest, LlmGateway, LlmMessage, Usage
from tests.vendor.server import ScriptedVendor

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


@pytest.fixture(scope="session")
async def gateway(vendor: ScriptedVendor) -> AsyncIterator[LiteLlmGateway]:
    gateway = LiteLlmGateway(config_for(vendor.url))
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


@pytest.fixture(scope="session")
async def hasty(vendor: ScriptedVendor) -> AsyncIterator[LiteLlmGateway]:
    """A gateway with little patience."""
    gateway = LiteLlmGateway(config_for(vendor.url, first_piece_seconds=0.3, silence_seconds=0.3))
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


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
