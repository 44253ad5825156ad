"""The vendors: their addresses, the shape of their requests, and the readers of their answers."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from chat_app.adapters.llm.config import OLLAMA_URL, Provider
from chat_app.adapters.llm.streams.formats import Reader, read_anthropic, read_gemini, read_ollama, read_openai
from chat_app.adapters.llm.turns import tools_of, turn_of
from chat_app.core.ai.ports.gateway import LlmMessage
from chat_app.core.connections.ports import KINDS, ProviderKind
from chat_app.core.tools.ports import ToolInfo

_WITH_KEY = frozenset({"authorization", "x-api-key"})
"""The headers that LiteLLM puts a key into."""

_PARAMETERS = frozenset({"temperature", "reasoning_effort"})
"""The options that some models refuse."""

# Ollama cuts a prompt to its own small default unless the request has a context size.
OLLAMA_WINDOW = 8192


@dataclass(frozen=True, slots=True)
class Vendor:
    """A wire format. `litellm_name` is LiteLLM's name for it; `path` is added to the base address."""

    label: str
    litellm_name: str
    base_url: str
    path: str
    read: Reader

    def url(self, base_url: str | None, model: str) -> str:
        """Return the address to post to. A bare host of OpenAI's kind gets the usual `/v1`.

        A base that already ends in the path, or in its first part, gets the rest alone.
        """
        base = (base_url or self.base_url).rstrip("/").removesuffix(self.path)
        if self.read is not read_openai:
            base = base.removesuffix("/" + self.path.split("/")[1])
        if self.read is read_openai and not urlsplit(base).path:
            base += "/v1"
        return base + self.path.format(model=model)


VENDORS = {
    "openai": Vendor("OpenAI", "openai", "https://api.openai.com/v1", "/chat/completions", read_openai),
    "anthropic": Vendor("Anthropic", "anthropic", "https://api.anthropic.com", "/v1/messages", read_anthropic),
    "gemini": Vendor(
        "Google Gemini",
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta",
        "/models/{model}:streamGenerateContent?alt=sse",
        read_gemini,
    ),
    "ollama": Vendor("Ollama", "ollama_chat", OLLAMA_URL, "/api/chat", read_ollama),
}
COMPATIBLE = Vendor("OpenAI-compatible", "hosted_vllm", "", "/chat/completions", read_openai)


def vendor_of(name: str, provider: Provider | None = None) -> Vendor:
    """Return the wire format of the provider with this name, or of its kind."""
    return VENDORS.get((provider and provider.kind) or name, COMPATIBLE)


def kind_of(vendor: Vendor) -> ProviderKind:
    """Return the name of a wire format."""
    return next((kind for kind in KINDS if VENDORS.get(kind) is vendor), "compatible")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request ready to be posted as JSON; `json` has it as such once it was :meth:`encoded`."""

    url: str
    headers: dict[str, str]
    body: dict[str, Any]
    json: bytes = b""

    def encoded(self) -> "HttpRequest":
        """Return the request's bytes, which takes a while if it is long."""
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-type"}
        body = json.dumps(self.body).encode()
        return HttpRequest(self.url, {**headers, "content-type": "application/json"}, {}, body)

    def content(self) -> dict[str, Any]:
        """Return the argument of the HTTP client."""
        return {"data": self.json} if self.json else {"json": self.body}


def prepare(
    provider: str,
    settings: Provider,
    model: str,
    messages: Sequence[LlmMessage],
    max_output: int | None,
    window: int | None = None,
    parameters: Mapping[str, Any] = MappingProxyType({}),
    tools: Sequence[ToolInfo] = (),
) -> HttpRequest:
    """Build a streaming request for the vendor and the model, by LiteLLM's rules for both.

    `window` is the size of the context that Ollama is asked for, in tokens. The `parameters` have OpenAI's names; those
    that the model does not support are left out.
    """
    vendor = vendor_of(provider, settings)
    turns = [turn_of(m, signed=vendor.read is read_gemini) for m in messages]
    asked = {"max_tokens": max_output or None, **parameters, "tools": tools_of(tools) or None}
    if vendor.read is read_anthropic and any(m.calls for m in messages):
        asked["reasoning_effort"] = None  # it wants the reasoning before a call back, which is not kept
    options = {key: value for key, value in asked.items() if value is not None}
    url = vendor.url(settings.base_url, model)
    if vendor.read is read_gemini:
        headers = {"x-goog-api-key": settings.key or "", **dict(settings.headers)}
        return HttpRequest(url, headers, _gemini_body(model, turns, options))
    if vendor.read is read_openai:
        options["stream_options"] = {"include_usage": True}
    headers, body = _words(vendor, settings, model, turns, {**options, "stream": True})
    if vendor.read is read_ollama:
        body["options"]["num_ctx"] = window or OLLAMA_WINDOW
    return HttpRequest(url, {**headers, **dict(settings.headers)}, body)


def _words(
    vendor: Vendor, settings: Provider, model: str, turns: list[dict[str, Any]], options: dict[str, Any]
) -> tuple[dict[str, str], dict[str, Any]]:
    from litellm.types.utils import LlmProviders
    from litellm.utils import ProviderConfigManager

    # Without a key LiteLLM takes one of this process's environment, which is no business of the address that an admin
    # has chosen, or it refuses.
    key = settings.key or "-"
    config = ProviderConfigManager.get_provider_chat_config(model=model, provider=LlmProviders(vendor.litellm_name))
    options = _supported(options, config.get_supported_openai_params(model))
    mapped = config.map_openai_params(non_default_params=options, optional_params={}, model=model, drop_params=True)
    headers = config.validate_environment(
        headers={},
        model=model,
        messages=turns,
        optional_params=mapped,
        litellm_params={},
        api_key=key,
        api_base=settings.base_url or vendor.base_url,
    )
    body = config.transform_request(
        model=model, messages=turns, optional_params=mapped, litellm_params={}, headers=headers
    )
    if not settings.key:
        headers = {name: value for name, value in headers.items() if name.lower() not in _WITH_KEY}
    return headers, {**body, "stream": True}


def _supported(options: dict[str, Any], supported: Collection[str]) -> dict[str, Any]:
    """Return the options without the parameters that a model has not; one that is to reason takes no temperature."""
    kept = {key: value for key, value in options.items() if key not in _PARAMETERS or key in supported}
    return {key: value for key, value in kept.items() if key != "temperature" or "reasoning_effort" not in kept}


def _gemini_body(model: str, turns: list[dict[str, Any]], options: dict[str, Any]) -> dict[str, Any]:
    from litellm import GoogleAIStudioGeminiConfig
    from litellm.llms.vertex_ai.gemini.transformation import transform_request_body

    config = GoogleAIStudioGeminiConfig()
    options = _supported(options, config.get_supported_openai_params(model))
    mapped = config.map_openai_params(non_default_params=options, optional_params={}, model=model, drop_params=True)
    body: dict[str, Any] = transform_request_body(
        messages=turns,
        model=model,
        optional_params=mapped,
        custom_llm_provider="gemini",
        litellm_params={},
        cached_content=None,
    )
    return body
