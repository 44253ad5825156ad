"""Ask a provider which models it has."""

import json
from collections.abc import Iterator
from typing import Any, Final

import aiohttp

from chat_app.adapters.llm.config import Provider
from chat_app.adapters.llm.vendors import Vendor, kind_of
from chat_app.core.ai.wire import Ability
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import ServedModel

BYTES_MAX: Final = 8 * 2**20
"""The limit of a list in bytes: some thousands of models."""

MODELS_MAX: Final = 2_000
"""The number of rows of a list that are looked at."""

NAME_MAX: Final = 200

CONNECT_SECONDS: Final = 3.0
"""The seconds in which a server has to accept a connection: an address where nothing is may never refuse one."""

_PATHS: Final = {"ollama": "/api/tags", "gemini": "/models?pageSize=1000", "anthropic": "/v1/models?limit=1000"}

_ABILITIES: Final[dict[str, Ability]] = {
    "vision": "vision",
    "image": "vision",
    "tools": "tools",
    "tool_use": "tools",
    "function_calling": "tools",
    "reasoning": "reasoning",
    "thinking": "reasoning",
}


async def list_served(
    session: aiohttp.ClientSession, vendor: Vendor, provider: Provider, seconds: float
) -> list[ServedModel]:
    """Return the models that a provider lists, in its order. Raises ``ProviderFailed``."""
    kind = kind_of(vendor)
    root = vendor.url(provider.base_url, "").removesuffix(vendor.path.format(model=""))
    address = root + _PATHS.get(kind, "/models")
    limit = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
    headers = {**_key_headers(kind, provider.key), **dict(provider.headers)}
    try:
        # A redirect is not followed: the request would send the key to another address.
        async with session.get(address, headers=headers, timeout=limit, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ProviderFailed(_problem(answer.status), status=answer.status)
            listing = await _json(answer)
            return list(_models(kind, listing))
    except aiohttp.ConnectionTimeoutError:
        raise ProviderFailed("connection_unreachable") from None
    except TimeoutError:
        raise ProviderFailed("connection_timeout") from None
    except (aiohttp.ClientError, OSError):
        raise ProviderFailed("connection_unreachable") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ProviderFailed("connection_not_a_provider") from None


async def _json(answer: aiohttp.ClientResponse) -> Any:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(2**16):
        body += chunk
        if len(body) > BYTES_MAX:
            raise ValueError("too long")
    return json.loads(body)


def _key_headers(kind: str, key: str | None) -> dict[str, str]:
    if not key:
        return {}
    if kind == "anthropic":
        return {"x-api-key": key, "anthropic-version": "2023-06-01"}
    return {"x-goog-api-key": key} if kind == "gemini" else {"authorization": f"Bearer {key}"}


def _problem(status: int) -> str:
    if status in (401, 403):
        return "connection_key_refused"
    return "connection_not_a_provider" if 300 <= status < 500 else "connection_failed"


def _models(kind: str, listing: Any) -> Iterator[ServedModel]:
    rows = listing["models" if kind in ("ollama", "gemini") else "data"][:MODELS_MAX]
    if kind == "ollama":
        names: list[ServedModel] = [ServedModel(model["name"], abilities=_abilities(model)) for model in rows]
    elif kind == "gemini":
        names = [_gemini(model) for model in rows if _generates(model)]
    else:
        names = [
            ServedModel(
                model["id"],
                _text(model.get("display_name")),
                _size(model.get("max_model_len")),
                abilities=_abilities(model),
            )
            for model in rows
        ]
    for model in names:
        if isinstance(model.name, str) and 0 < len(model.name) <= NAME_MAX and model.name.isprintable():
            yield model


def _generates(model: dict[str, Any]) -> bool:
    return "generateContent" in model.get("supportedGenerationMethods", ["generateContent"])


def _gemini(model: dict[str, Any]) -> ServedModel:
    name, label = model["name"].removeprefix("models/"), _text(model.get("displayName"))
    return ServedModel(name, label, _size(model.get("inputTokenLimit")), _size(model.get("outputTokenLimit")))


def _abilities(model: dict[str, Any]) -> tuple[Ability, ...]:
    """Return the abilities that a provider names, by the words of OpenRouter, Mistral, Ollama and LM Studio."""
    named: set[Any] = set()
    modalities = (model.get("architecture") or {}).get("input_modalities")
    for said in (model.get("supported_parameters"), model.get("capabilities"), modalities):
        if isinstance(said, dict):
            named |= {word for word, has in said.items() if has is True}
        elif isinstance(said, list):
            named |= {word for word in said if isinstance(word, str)}
    return tuple(dict.fromkeys(ability for word, ability in _ABILITIES.items() if word in named))


def _text(value: Any) -> str | None:
    return value[:NAME_MAX] if isinstance(value, str) and value.isprintable() else None


def _size(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None
