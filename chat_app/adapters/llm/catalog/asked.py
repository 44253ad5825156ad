"""Fetch the lists of models from the providers."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

import aiohttp
import structlog

from chat_app.adapters.llm.catalog.known import OFFERED, WITH_DRAWING, draws_by_name
from chat_app.adapters.llm.catalog.listing import list_served
from chat_app.adapters.llm.catalog.offered import Catalog
from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.vendors import OLLAMA_WINDOW, Vendor, kind_of, vendor_of
from chat_app.core.ai.ports.gateway import LlmError, ModelInfo
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import ListedModel, ServedModel

UNKNOWN_WINDOW: Final = 32_768
UNKNOWN_OUTPUT: Final = 4_096
ASK_SECONDS: Final = 2.0

AGAIN_SECONDS: Final = 2.0
"""The seconds until a provider without known models is asked again; the pause doubles after each attempt."""

AT_FIRST: Final = 20
"""The number of models of one provider that are offered until an admin chooses."""

log = structlog.get_logger()


class AskedCatalog(Catalog):
    """The catalog of a process that reaches the providers. One that is away keeps its last models on offer."""

    def __init__(self, config: LlmConfig, http: Callable[[], aiohttp.ClientSession]) -> None:
        configured = dict(config.providers)
        if config.local_ollama and "ollama" not in configured:
            configured["ollama"] = Provider(base_url=config.local_ollama)
        super().__init__(configured, config.default_model)
        self._named = config.providers.keys()
        self._http = http
        self._missing: Collection[str] = ()
        self._pause = AGAIN_SECONDS

    @property
    def configured(self) -> dict[str, Provider]:
        """Return the environment's providers; without an Ollama that was looked for and not found."""
        found = self._named | self._known.keys()
        return {name: each for name, each in self._configured.items() if name in found}

    @property
    def has_connections(self) -> bool:
        """Return whether a provider is configured, other than an Ollama that was found automatically."""
        return bool(self.providers.keys() - self._configured.keys() or self.configured)

    def find(self, model_id: str) -> tuple[str, Provider, str]:
        """Return a model's provider, after its name, and the model's name there. Raises `LlmError`."""
        name, _, model = model_id.partition("/")
        provider = self.providers.get(name)
        listed = provider and not provider.kind and (provider.models or OFFERED.get(name))
        if not provider or not model or (listed and model not in listed):
            raise LlmError("llm_model_not_found", model=model_id)
        return name, provider, model

    def _fresh_seconds(self) -> float:
        missing = (self.providers.keys() - self._configured.keys() | self._named) - self._known.keys()
        again = 2 * self._pause if missing == self._missing else AGAIN_SECONDS
        self._missing, self._pause = missing, min(again, super()._fresh_seconds())
        return self._pause if missing else super()._fresh_seconds()

    async def _look(self, providers: Mapping[str, Provider]) -> None:
        session = self._http()
        refreshing = (self._refresh(session, *item) for item in providers.items())
        for outcome in await asyncio.gather(*refreshing, return_exceptions=True):
            if isinstance(outcome, Exception):  # a bug with one provider keeps the others' models offered
                log.error("models_not_listed", exc_info=outcome)

    async def _refresh(self, session: aiohttp.ClientSession, slug: str, provider: Provider) -> None:
        vendor, kind = vendor_of(slug, provider), provider.kind or slug
        if kind in OFFERED:
            known = OFFERED[kind]
            names = dict.fromkeys([*(provider.models or known), *(each.name for each in provider.served)])
            further = {each.name: each for each in provider.served}
            models = [known.get(name) or further.get(name) or ServedModel(name) for name in names]
            at_first: Collection[str] = provider.models or _without_drawers(known.values())
        else:
            models = await _own(session, vendor, provider)
            chat = _without_drawers(models)
            at_first = provider.models or (chat[:AT_FIRST] if provider.kind else chat)
        self._keep(slug, provider, list(_infos(slug, provider.label or vendor.label, vendor, models, at_first)))


async def _own(session: aiohttp.ClientSession, vendor: Vendor, provider: Provider) -> list[ServedModel]:
    """Return the models of a self-hosted server: all models, or those that the configuration names.

    For a tested connection, return its chat models that the server still has.
    """
    described = {each.name: each for each in provider.served}
    try:
        present = {each.name: each for each in await list_served(session, vendor, provider, ASK_SECONDS)}
    except ProviderFailed:
        present = {name: ServedModel(name) for name in provider.models or described}
    names = provider.models or described or present
    return [described.get(name) or _told_by_name(vendor, present[name]) for name in names if name in present]


def _told_by_name(vendor: Vendor, model: ServedModel) -> ServedModel:
    """Return a model of which only the name is known, with the properties that the name implies."""
    draws = kind_of(vendor) in WITH_DRAWING and draws_by_name(model.name)
    return replace(model, abilities=("drawing",)) if draws else model


def _without_drawers(models: Iterable[ServedModel]) -> list[str]:
    """Return the names of models without those that draw pictures.

    Pictures are expensive, so an admin must offer such models.
    """
    return [model.name for model in models if "drawing" not in model.abilities]


def _infos(
    slug: str, label: str, vendor: Vendor, models: Iterable[ServedModel], at_first: Collection[str]
) -> Iterable[ListedModel]:
    default = OLLAMA_WINDOW if vendor is vendor_of("ollama") else UNKNOWN_WINDOW
    for model in models:
        window = model.context_window or default
        info = ModelInfo(
            id=f"{slug}/{model.name}",
            label=model.label or model.name,
            provider=label,
            context_window=window,
            max_output=model.max_output or min(UNKNOWN_OUTPUT, window // 4),
            price_in=model.price_in,
            price_cached=model.price_cached,
            price_out=model.price_out,
            price_picture=model.price_picture,
            abilities=model.abilities,
        )
        yield ListedModel(info, slug, model.name in at_first)
