"""List the models of all providers, as the providers, the short lists and the site's admins have it."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

import aiohttp
import structlog

from chat_app.adapters.llm.config import LlmConfig, Provider
from chat_app.adapters.llm.known_models import OFFERED
from chat_app.adapters.llm.listing import list_served
from chat_app.adapters.llm.vendors import OLLAMA_WINDOW, Vendor, vendor_of
from chat_app.core.ai.ports import ModelInfo
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import Choice, Endpoint, ListedModel, ServedModel

UNKNOWN_WINDOW: Final = 32_768
UNKNOWN_OUTPUT: Final = 4_096
KEEP_SECONDS: Final = 60.0
ASK_SECONDS: Final = 2.0

AT_FIRST: Final = 20
"""Of a provider that lists many models, so many are offered until an admin chooses."""

_LAST: Final = 1_000_000

log = structlog.get_logger()


class Catalog:
    """The models of all providers. Servers are asked at most once a minute; the last answer stays on offer meanwhile.

    Only who comes before the first answer waits for it: a server that hangs holds up nobody once a minute.
    """

    def __init__(self, config: LlmConfig) -> None:
        self._named = config.providers.keys()
        self._configured = dict(config.providers)
        if config.local_ollama and "ollama" not in self._configured:
            self._configured["ollama"] = Provider(base_url=config.local_ollama)
        self._default = config.default_model
        self.providers = dict(self._configured)
        self._choices: Mapping[str, Choice] = {}
        self._known: dict[str, list[ListedModel]] = {}
        self._list: list[ListedModel] | None = None
        self._stale_at = float("-inf")
        self._asked: Mapping[str, Provider] | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def configured(self) -> dict[str, Provider]:
        """Return the environment's providers; without an Ollama that was looked for and not found."""
        found = self._named | self._known.keys()
        return {name: each for name, each in self._configured.items() if name in found}

    def connect(self, endpoints: Collection[Endpoint], choices: Mapping[str, Choice]) -> None:
        """Replace the connections that admins manage, and their decisions. The environment's names stay its own."""
        self._choices, self._list = choices, None
        providers = {each.slug: provider_of(each) for each in endpoints} | self._configured
        if providers != self.providers:
            kept = {slug for slug, each in providers.items() if self.providers.get(slug) == each}
            self._known = {slug: models for slug, models in self._known.items() if slug in kept}
            self.providers, self._stale_at = providers, float("-inf")

    async def listed(self, session: aiohttp.ClientSession) -> list[ListedModel]:
        """Return all models, offered or not: those that admins have placed, the default, then as they were found."""
        if time.monotonic() >= self._stale_at:
            self._ask(session)
        while self._asked is not self.providers:  # again where a connection changes meanwhile
            await asyncio.shield(self._ask(session))
        if self._list is None:  # asked for at every arrival and several times an answer
            found = [self._chosen(model) for slug in self.providers for model in self._known.get(slug, [])]
            self._list = sorted(found, key=self._place)
        return self._list

    def _ask(self, session: aiohttp.ClientSession) -> asyncio.Task[None]:
        """Return the task that asks all providers: the one that does so already, or a new one."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all(session))
        return self._asking

    async def _ask_all(self, session: aiohttp.ClientSession) -> None:
        providers = self.providers
        refreshing = (self._refresh(session, *item) for item in providers.items())
        for outcome in await asyncio.gather(*refreshing, return_exceptions=True):
            if isinstance(outcome, Exception):  # a bug with one provider leaves the others on offer
                log.error("models_not_listed", exc_info=outcome)
        self._asked = providers
        if providers is self.providers:
            self._stale_at = time.monotonic() + KEEP_SECONDS

    async def aclose(self) -> None:
        """Ask no more."""
        if self._asking:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    def window_of(self, model_id: str) -> int | None:
        """Return the context window that an admin has set for a model, in tokens."""
        choice = self._choices.get(model_id)
        return choice.context_window if choice else None

    def _chosen(self, model: ListedModel) -> ListedModel:
        choice = self._choices.get(model.info.id)
        if choice is None:
            return model
        own = ("label", "context_window", "max_output", "price_in", "price_cached", "price_out")
        changed = {key: value for key in own if (value := getattr(choice, key)) is not None}
        info = replace(model.info, **changed, admins_only=choice.admins_only, decides=choice.decides)
        return ListedModel(info, model.slug, model.offered if choice.offered is None else choice.offered)

    def _place(self, model: ListedModel) -> tuple[int, bool]:
        choice = self._choices.get(model.info.id)
        position = None if choice is None else choice.position
        return (_LAST if position is None else position), model.info.id != self._default

    async def _refresh(self, session: aiohttp.ClientSession, slug: str, provider: Provider) -> None:
        vendor, kind = vendor_of(slug, provider), provider.kind or slug
        if kind in OFFERED:
            known = OFFERED[kind]
            names = dict.fromkeys([*(provider.models or known), *(each.name for each in provider.served)])
            further = {each.name: each for each in provider.served}
            models = [known.get(name) or further.get(name) or ServedModel(name) for name in names]
            at_first: Collection[str] = provider.models or known
        else:
            models = await _own(session, vendor, provider)
            at_first = [each.name for each in (models[:AT_FIRST] if provider.kind else models)]
        found = list(_infos(slug, provider.label or vendor.label, vendor, models, at_first))
        if found and self.providers.get(slug) == provider:  # else it has changed meanwhile
            self._known[slug], self._list = found, None


def provider_of(endpoint: Endpoint) -> Provider:
    """Return a connection that admins manage as a provider."""
    return Provider(
        key=endpoint.key,
        base_url=endpoint.base_url or None,
        kind=endpoint.kind,
        label=endpoint.name,
        headers=endpoint.headers,
        served=endpoint.served,
    )


async def _own(session: aiohttp.ClientSession, vendor: Vendor, provider: Provider) -> list[ServedModel]:
    """Return the models of a self-hosted server: all, or those that the configuration names.

    Of a connection that was tested, those that can chat, as long as it still has them.
    """
    described = {each.name: each for each in provider.served}
    try:
        present = {each.name: each for each in await list_served(session, vendor, provider, ASK_SECONDS)}
    except ProviderFailed:
        present = {name: ServedModel(name) for name in provider.models or described}
    names = provider.models or described or present
    return [described.get(name) or present[name] for name in names if name in present]


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
            abilities=model.abilities,
        )
        yield ListedModel(info, slug, model.name in at_first)
