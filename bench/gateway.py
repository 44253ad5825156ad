"""The gateway process beside the adapter in the app: what each adds between a vendor's token and the app."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from bench.answers import QUESTION, RATE, TOKENS
from bench.figures import Figure, delays
from bench.people import Community
from bench.site import MODEL, Site, child, free_port
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.litellm_gateway import LiteLlmGateway
from chat_app.adapters.llm_grpc.channel import GatewayAddress
from chat_app.adapters.llm_grpc.grpc_gateway import GrpcGateway
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmGateway, LlmMessage
from tests.vendor.script import sent_at

AT_ONCE: Final = {1: 5, 10: 2, 50: 1}
"""Answers at once, and how often."""

TOKEN: Final = "the-token-of-the-bench-and-its-gateway"
PART: Final = "Gateway"


async def measure(http: aiohttp.ClientSession, site: Site, community: Community) -> list[Figure]:
    """Ask the same questions through both adapters, in turn, at one vendor."""
    figures = []
    with child("-m", "tests.vendor.server", ready="scripted vendor on (.*)") as (_, vendor):
        async with _adapters(vendor) as adapters:
            for count, times in AT_ONCE.items():
                for name, adapter in adapters.items():
                    figures += await _figures(f"{name}, {count} at once", adapter, count, times)
    return figures


@asynccontextmanager
async def _adapters(vendor: str) -> AsyncIterator[dict[str, LlmGateway]]:
    address = f"127.0.0.1:{free_port()}"
    settings = {
        "PARLEY_LLM_GATEWAY_TOKEN": TOKEN,
        "PARLEY_LLM_GATEWAY_LISTEN": address,
        "COMPATIBLE_BASE_URL": f"{vendor}/v1",
        "COMPATIBLE_MODELS": "scripted",
    }
    providers = {"compatible": Provider(base_url=f"{vendor}/v1", models=("scripted",))}
    with child("-m", "chat_app.gateway", ready="Parley's gateway is at (.*)", **settings):
        adapters = {
            "in the app": LiteLlmGateway(LlmConfig(providers, local_ollama=None)),
            "by gRPC": GrpcGateway(GatewayAddress(address, TOKEN), None),
        }
        for adapter in adapters.values():
            await adapter.warm_up()
            await _read(adapter)  # what is loaded for the first answer of all does not count
        yield adapters
        for adapter in adapters.values():
            await adapter.aclose()


async def _figures(name: str, adapter: LlmGateway, count: int, times: int) -> list[Figure]:
    async def read(number: int) -> list[tuple[float, list[float]]]:
        await asyncio.sleep(number * TOKENS / RATE / count)  # as people ask: at moments of their own
        return [await _read(adapter) for _ in range(times)]

    spent = time.process_time()
    answers = [each for some in await asyncio.gather(*map(read, range(count))) for each in some]
    spent = time.process_time() - spent
    return [
        *delays(PART, f"{name}: first token", [first for first, _ in answers]),
        *delays(PART, f"{name}: each token, added", [late for _, each in answers for late in each]),
        Figure(PART, f"{name}: processor time of the app, a token", spent / len(answers) / TOKENS * 1e6, "µs"),
    ]


async def _read(adapter: LlmGateway) -> tuple[float, list[float]]:
    """Return the seconds until the first token, and how late each came."""
    asked, first, late = time.time(), 0.0, []
    async for piece in adapter.stream(CompletionRequest(MODEL, (LlmMessage("user", QUESTION),))):
        now = time.time()
        if piece.text:
            first = first or now - asked
            late += [now - moment for moment in sent_at(piece.text)]
    return first, late
