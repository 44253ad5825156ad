"""The shapes of the page of models."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_app.core.ai.models.offers import dollars
from chat_app.core.ai.wire import ABILITIES
from chat_app.core.connections.checks.health import nothing
from chat_app.core.connections.ports import ListedModel
from chat_app.core.connections.views import ConnectionView
from chat_app.core.kernel.wire import timestamp

NAMES: Final = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "gemini": "Google Gemini",
    "ollama": "Ollama",
    "compatible": "OpenAI-compatible",
}
"""The kinds of connections."""


@dataclass
class FailureVar:
    """The number of answers that have failed for one reason."""

    code: str
    number: int


@dataclass
class ConnectionVar:
    """A connection. One of the environment has no ``id``; ``offered`` of its ``models`` are on offer."""

    id: str = ""
    slug: str = ""
    kind: str = "compatible"
    name: str = ""
    base_url: str = ""
    has_key: bool = False
    headers: str = ""
    at_once: str = ""
    """So many answers are written at once; empty for any number."""
    enabled: bool = True
    tested_at: str = ""
    problem: str = ""
    paused: int = -1
    """The seconds until a paused connection is tried again; negative if it is not paused."""
    models: int = 0
    offered: int = 0
    answers: int = 0
    failures: int = 0
    running: int = 0
    waiting: int = 0
    """The outcomes of its answers in the last 24 hours, and the numbers of those under way."""
    codes: list[FailureVar] = field(default_factory=list)


@dataclass
class ListedModelVar:
    """A model. Sizes are short ("128K"), prices in dollars for a million tokens; empty if unknown."""

    id: str = ""
    label: str = ""
    name: str = ""
    connection: str = ""
    offered: bool = False
    admins_only: bool = False
    groups: list[str] = field(default_factory=list)
    """The ids of the groups whose people may choose it although it is for admins only."""
    default: bool = False
    window: str = ""
    price_in: str = ""
    price_out: str = ""
    abilities: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    """The initial values of the model's form, by field."""


@dataclass
class GroupNameVar:
    """A group that may be named for models; without an ``owner`` it is the reader's own."""

    id: str = ""
    name: str = ""
    owner: str = ""


def connection_var(view: ConnectionView, listed: list[ListedModel]) -> ConnectionVar:
    """Return a connection for the page."""
    models = [model for model in listed if model.slug == view.slug]
    day = view.day or nothing()
    codes = sorted(day["failed"].items(), key=lambda each: (-each[1], each[0]))
    return ConnectionVar(
        id=view.id,
        slug=view.slug,
        kind=view.kind,
        name=view.name,
        base_url=view.base_url,
        has_key=view.has_key,
        headers=", ".join(view.headers),
        at_once="" if view.at_once is None else str(view.at_once),
        enabled=view.enabled,
        tested_at=timestamp(view.tested_at) if view.tested_at else "",
        problem=view.problem or "",
        paused=-1 if view.paused is None else view.paused,
        models=len(models),
        offered=sum(model.offered for model in models),
        answers=day["answers"],
        failures=sum(day["failed"].values()),
        running=day["running"],
        waiting=day["waiting"],
        codes=[FailureVar(code, number) for code, number in codes],
    )


def model_vars(listed: Sequence[ListedModel]) -> list[ListedModelVar]:
    """Return the models for the page. The first one of each kind that everyone can choose is the site's default."""
    open_to_all = [each.info for each in listed if each.offered and not each.info.admins_only]
    defaults = {next((each.id for each in open_to_all if each.draws is draws), "") for draws in (False, True)}
    return [_model_var(each, defaults) for each in listed]


def _model_var(model: ListedModel, defaults: Collection[str]) -> ListedModelVar:
    info = model.info
    numbers = ("context_window", "max_output", "price_in", "price_cached", "price_out")
    return ListedModelVar(
        id=info.id,
        label=info.label,
        name=info.id.partition("/")[2],
        connection=info.provider,
        offered=model.offered,
        admins_only=info.admins_only,
        groups=sorted(map(str, model.groups)) if info.admins_only else [],
        default=info.id in defaults,
        window="" if info.draws else _short(info.context_window),
        price_in=_price(info.price_in),
        price_out=_price(info.price_out),
        abilities=[each for each in ABILITIES if each in info.abilities],
        numbers={key: _typed(key, getattr(info, key)) for key in numbers},
    )


def cents(typed: str) -> str:
    """Return a typed price in dollars, in cents; an invalid one unchanged, for the check to refuse."""
    whole, point, part = typed.strip().lstrip("$").partition(".")
    valid = (whole + part).isdecimal() and len(whole) <= 9 and len(part) <= 2 and bool(part) == bool(point)
    return str(int((whole or "0") + part.ljust(2, "0"))) if valid else typed


def _typed(key: str, value: int | None) -> str:
    if value is None:
        return ""
    return dollars(value).removeprefix("$") if key.startswith("price") else str(value)


def _price(cents: int | None) -> str:
    return "" if cents is None else dollars(cents)


def _short(tokens: int) -> str:
    """Return a number of tokens in short: "128K", "1M"."""
    return f"{tokens / 1_000_000:.3g}M" if tokens >= 999_500 else f"{round(tokens / 1000)}K"
