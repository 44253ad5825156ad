"""The port of the gateway's connections, and the shapes that it gets."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args
from uuid import UUID

from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.ports.speech import Speaker
from chat_app.core.ai.wire import Ability

ProviderKind = Literal["openai", "anthropic", "gemini", "ollama", "compatible"]
KINDS: tuple[ProviderKind, ...] = get_args(ProviderKind)


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a provider lists; None for unknown values.

    Sizes are in tokens. Prices are for a million tokens in US cents: read, read from the provider's cache, and written;
    the price of one picture is in millionths of a US dollar.
    """

    name: str
    label: str | None = None
    context_window: int | None = None
    max_output: int | None = None
    price_in: int | None = None
    price_cached: int | None = None
    price_out: int | None = None
    abilities: tuple[Ability, ...] = ()
    price_picture: int | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A provider that can be asked. `served` are the models of the last test. `at_once` limits its simultaneous
    answers, None for no limit.
    """

    slug: str
    kind: ProviderKind
    name: str
    base_url: str = ""
    key: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    served: tuple[ServedModel, ...] = ()
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class ModelChoiceView:
    """The admins' decisions about a model, as in :class:`~chat_app.core.connections.tables.ModelChoice`.

    Of one that is for `admins_only`, `groups` are those whose `people` may choose it too.
    """

    position: int | None = None
    label: str | None = None
    offered: bool | None = None
    admins_only: bool = False
    groups: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()
    decides: bool = False
    transcribes: bool = False
    speaks: bool = False
    voice: str = ""
    abilities: tuple[Ability, ...] | None = None
    context_window: int | None = None
    max_output: int | None = None
    price_in: int | None = None
    price_cached: int | None = None
    price_out: int | None = None


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the catalogue, with the slug of its connection, and whether it is offered.

    `groups` are those whose people may choose it although it is for admins only.
    """

    info: ModelInfo
    slug: str
    offered: bool
    groups: frozenset[UUID] = frozenset()


class Connector(Protocol):
    """The gateway as admins configure it. Connections of the environment are always there."""

    def connect(self, endpoints: Collection[Endpoint], choices: Mapping[str, ModelChoiceView]) -> None:
        """Replace the connections that admins manage, and the decisions about models, by their ids."""
        ...

    def configured(self) -> Sequence[Endpoint]:
        """Return the connections of the environment."""
        ...

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the models of providers change."""

    def paused(self) -> Mapping[str, int]:
        """Return the connections that this process does not ask, since they failed again and again, by their slugs; and
        the seconds until one request tries them.
        """
        ...

    def limits(self) -> Mapping[str, int]:
        """Return the limits of simultaneous answers, by the connections' slugs; connections without a limit are
        missing.
        """
        ...

    def transcriber(self) -> str | None:
        """Return the id of the model that the admins have named for transcriptions; its connection may not list it."""
        ...

    def speaker(self) -> Speaker | None:
        """Return the model that the admins have named for reading aloud; its connection may not list it."""
        ...

    async def listed(self) -> list[ListedModel]:
        """Return the models of all connections, in the order of the list, whether offered or not."""
        ...

    async def probe(self, endpoint: Endpoint) -> list[ServedModel]:
        """Ask a provider for the models that can chat or draw. Raises ``ProviderFailed``. Costs no tokens."""
        ...

    async def prepare(self) -> None:
        """Load the code that answers of the known connections need, before the first question. Sends no request."""
        ...

    async def warm_up(self) -> None:
        """Load everything that the first answer would otherwise wait for."""
        ...
