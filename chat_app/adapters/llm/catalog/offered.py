"""List the models of all providers, combined with the decisions of the site's admins."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from chat_app.adapters.llm.config import Provider
from chat_app.core.ai.ports.speech import Speaker
from chat_app.core.connections.ports import Endpoint, ListedModel, ModelChoiceView

KEEP_SECONDS: Final = 60.0

_LAST: Final = 1_000_000


class Catalog(ABC):
    """The models of all providers.

    They are listed at most once a minute; until a new list arrives, the last one is offered. Only callers before the
    first list wait, so a server that hangs delays no later caller.
    """

    def __init__(self, configured: Mapping[str, Provider], default: str | None) -> None:
        self._configured = configured
        self._default = default
        self.providers = dict(configured)
        self._choices: Mapping[str, ModelChoiceView] = {}
        self.limits: dict[str, int] = {}
        self._known: dict[str, list[ListedModel]] = {}
        self._list: list[ListedModel] | None = None
        self._stale_at = float("-inf")
        self._asked: Mapping[str, Provider] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None
        self._watched = False
        self.changed: Callable[[], None] = lambda: None

    @abstractmethod
    async def _look(self, providers: Mapping[str, Provider]) -> None:
        """Look for the models of all providers, and keep the results."""

    def watch(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when other models are found than before. What is missing is then looked for unasked."""
        self.changed, self._watched = listener, True

    def connect(self, endpoints: Collection[Endpoint], choices: Mapping[str, ModelChoiceView]) -> None:
        """Replace the connections that admins manage, and their decisions. The environment's names stay its own."""
        self._choices, self._list = choices, None
        self.limits = {each.slug: each.at_once for each in endpoints if each.at_once}
        providers = {each.slug: provider_of(each) for each in endpoints} | dict(self._configured)
        if providers != self.providers:
            names = {*providers, *self.providers}
            for slug in (name for name in names if providers.get(name) != self.providers.get(name)):
                self._known.pop(slug, None)
            self.providers, self._stale_at = providers, float("-inf")

    async def listed(self) -> list[ListedModel]:
        """Return all models, offered or not: first those in an order set by admins, then the default, then the others
        as listed.
        """
        if time.monotonic() >= self._stale_at:
            self._ask()
        while self._asked is not self.providers:  # repeated if a connection changes during the listing
            await asyncio.shield(self._ask())
        if self._list is None:  # called at every arrival and several times per answer
            names = dict.fromkeys([*self.providers, *self._known])
            found = [self._chosen(model) for slug in names for model in self._known.get(slug, [])]
            self._list = sorted(found, key=self._place)
        return self._list

    def _ask(self) -> asyncio.Task[None]:
        """Return the task that lists all models: the running one, or a new one."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        return self._asking

    async def _ask_all(self) -> None:
        providers, before = self.providers, self._known.copy()
        await self._look(providers)
        self._asked = providers
        if self._known != before:
            self.changed()
        if providers is self.providers:
            seconds = self._fresh_seconds()
            self._stale_at = time.monotonic() + seconds
            self._ask_after(seconds)

    def _ask_after(self, seconds: float) -> None:
        """Look again then, where something is missing: people may stay who come before it is there."""
        if self._again:
            self._again.cancel()
        if self._watched and seconds < KEEP_SECONDS:
            self._again = asyncio.get_running_loop().call_later(seconds, self._ask)

    def _fresh_seconds(self) -> float:
        """Return for how long the models that were found just now are not looked for again."""
        return KEEP_SECONDS

    def _keep(self, slug: str, provider: Provider | None, models: list[ListedModel]) -> None:
        """Keep the models that were found of a provider, unless there are none or the provider has changed."""
        if models and self.providers.get(slug) == provider:
            self._known[slug], self._list = models, None

    async def aclose(self) -> None:
        """Ask no more."""
        if self._again:
            self._again.cancel()
        if self._asking:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    def transcriber(self) -> str | None:
        """Return the model that the admins have named for transcriptions."""
        return next((model for model, choice in self._choices.items() if choice.transcribes), None)

    def speaker(self) -> Speaker | None:
        """Return the model that the admins have named for reading aloud."""
        named = (Speaker(model, choice.voice) for model, choice in self._choices.items() if choice.speaks)
        return next(named, None)

    def window_of(self, model_id: str) -> int | None:
        """Return the context window that an admin has set for a model, in tokens."""
        choice = self._choices.get(model_id)
        return choice.context_window if choice else None

    def _chosen(self, model: ListedModel) -> ListedModel:
        choice = self._choices.get(model.info.id)
        if choice is None:
            return model
        own = ("label", "abilities", "context_window", "max_output", "price_in", "price_cached", "price_out")
        changed = {key: value for key in own if (value := getattr(choice, key)) is not None}
        info = replace(model.info, **changed, admins_only=choice.admins_only, people=choice.people)
        info = replace(info, decides=choice.decides)
        offered = model.offered if choice.offered is None else choice.offered
        return ListedModel(info, model.slug, offered, choice.groups)

    def _place(self, model: ListedModel) -> tuple[int, bool]:
        choice = self._choices.get(model.info.id)
        position = None if choice is None else choice.position
        return (_LAST if position is None else position), model.info.id != self._default


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
