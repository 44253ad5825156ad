"""List the models on offer: a short list for each vendor with a key, and the answer of each self-hosted server."""

import asyncio
import time
from collections.abc import Iterable

import aiohttp

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.vendors import OLLAMA_WINDOW, VENDORS, Vendor, vendor_of
from chat_app.core.ai.ports import ModelInfo

# Name → (label, tokens in the window, tokens in an answer, price of a million tokens read in US cents), as in LiteLLM's
# table. The first is the vendor's default.
OFFERED: dict[str, dict[str, tuple[str, int, int, int]]] = {
    "openai": {
        "gpt-6.1-sol": ("GPT-6.1 Sol", 922_000, 128_000, 200),
        "gpt-6-luna": ("GPT-6 Luna", 922_000, 128_000, 10),
        "gpt-6-astra": ("GPT-6 Astra", 922_000, 128_000, 1_000),
        "gpt-4.1": ("GPT-4.1", 1_047_576, 32_768, 200),
        "gpt-4o": ("GPT-4o", 128_000, 16_384, 250),
    },
    "anthropic": {
        "claude-sonnet-5-5": ("Claude Sonnet 5.5", 1_000_000, 128_000, 200),
        "claude-haiku-5-5": ("Claude Haiku 5.5", 1_000_000, 128_000, 10),
        "claude-opus-5-5": ("Claude Opus 5.5", 1_000_000, 128_000, 400),
    },
    "gemini": {
        "gemini-flash-latest": ("Gemini Flash", 1_048_576, 65_536, 75),
        "gemini-pro-latest": ("Gemini Pro", 1_048_576, 65_536, 200),
        "gemini-flash-lite-latest": ("Gemini Flash-Lite", 1_048_576, 65_536, 30),
    },
}
UNKNOWN_WINDOW, UNKNOWN_OUTPUT = 32_768, 4_096
KEEP_SECONDS, ASK_SECONDS = 60.0, 2.0


class Catalog:
    """The models of all providers. Servers are asked at most once a minute; the last answer stays on offer."""

    def __init__(self, config: LlmConfig) -> None:
        self.providers = dict(config.providers)
        if config.local_ollama and "ollama" not in self.providers:
            self.providers["ollama"] = Provider(base_url=config.local_ollama)
        self._known: dict[str, list[ModelInfo]] = {}
        self._stale_at = float("-inf")
        self._asking = asyncio.Lock()

    async def models(self, session: aiohttp.ClientSession) -> list[ModelInfo]:
        """Return all models, in the order of the configuration."""
        async with self._asking:
            if time.monotonic() >= self._stale_at:
                await asyncio.gather(*(self._refresh(session, *item) for item in self.providers.items()))
                self._stale_at = time.monotonic() + KEEP_SECONDS
        return [model for provider in self.providers for model in self._known.get(provider, [])]

    async def _refresh(self, session: aiohttp.ClientSession, name: str, provider: Provider) -> None:
        vendor = vendor_of(name)
        if name in OFFERED:
            found = _listed(name, vendor, provider.models or OFFERED[name])
        else:
            try:
                found = _own(name, vendor, provider, await _served(session, vendor, provider))
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
                found = _own(name, vendor, provider, dict.fromkeys(provider.models, UNKNOWN_WINDOW))
        if found:
            self._known[name] = found


def _listed(provider: str, vendor: Vendor, names: Iterable[str]) -> list[ModelInfo]:
    """Return the models of a vendor with a key; a configured name need not be on the list."""
    found = []
    for name in names:
        label, window, out, price = OFFERED[provider].get(name, (name, UNKNOWN_WINDOW, UNKNOWN_OUTPUT, None))
        found.append(ModelInfo(f"{provider}/{name}", label, vendor.label, window, out, price=price))
    return found


def _own(name: str, vendor: Vendor, provider: Provider, windows: dict[str, int]) -> list[ModelInfo]:
    """Return the models of a self-hosted server: all, or those that the configuration names."""
    names = [model for model in provider.models or windows if model in windows]
    return [
        ModelInfo(f"{name}/{model}", model, vendor.label, windows[model], min(UNKNOWN_OUTPUT, windows[model] // 4))
        for model in names
    ]


async def _served(session: aiohttp.ClientSession, vendor: Vendor, provider: Provider) -> dict[str, int]:
    """Return the models of the server: name → context window in tokens."""
    is_ollama = vendor is VENDORS["ollama"]
    root = vendor.url(provider.base_url, "").removesuffix(vendor.path)
    headers = {"authorization": f"Bearer {provider.key}"} if provider.key else {}
    limit = aiohttp.ClientTimeout(total=ASK_SECONDS)
    async with session.get(root + ("/api/tags" if is_ollama else "/models"), headers=headers, timeout=limit) as answer:
        answer.raise_for_status()
        listing = await answer.json(content_type=None)
    if is_ollama:
        return {model["name"]: OLLAMA_WINDOW for model in listing["models"]}
    return {model["id"]: model.get("max_model_len") or UNKNOWN_WINDOW for model in listing["data"]}
