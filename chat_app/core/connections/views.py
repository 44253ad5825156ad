"""The admins' views of connections and models. They never contain keys and the contents of headers."""

from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired

from typing_extensions import TypedDict

from chat_app.core.connections.commands import SEAL
from chat_app.core.connections.ports import Endpoint, ListedModel, ServedModel
from chat_app.core.connections.rules import check_headers, check_kind
from chat_app.core.connections.tables import Connection
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.secrets.vault import unseal
from chat_app.core.kernel.wire import Timestamp, timestamp


class ConnectionDayJson(TypedDict):
    """The outcomes of the answers by a connection's models in the last 24 hours.

    `answers` were completed or stopped; `failed` counts the other ones by the code of their error, including those that
    a fallback answered. `running` and `waiting` are present numbers.
    """

    answers: int
    failed: dict[str, int]
    running: int
    waiting: int


class ConnectionJson(TypedDict):
    """A connection.

    A connection of the environment has no `id`, and cannot be changed here. `at_once` limits simultaneous answers, null
    for no limit. `problem` is the error code of the last test; `headers` are the names of the extra headers. `paused`:
    it failed repeatedly, so its answers fail at once for so many seconds, until it is tried again. Lists include its
    last `day`.
    """

    id: str | None
    slug: str
    kind: str
    name: str
    base_url: str
    has_key: bool
    headers: list[str]
    at_once: int | None
    enabled: bool
    tested_at: Timestamp | None
    problem: str | None
    paused: int | None
    day: NotRequired[ConnectionDayJson]


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection as admins see it. One of the environment has no id."""

    id: str
    slug: str
    kind: str
    name: str
    base_url: str
    has_key: bool
    headers: tuple[str, ...] = ()
    at_once: int | None = None
    enabled: bool = True
    tested_at: datetime | None = None
    problem: str | None = None
    paused: int | None = None
    day: ConnectionDayJson | None = None

    def as_json(self) -> ConnectionJson:
        """Return the shape in REST."""
        shape: ConnectionJson = {
            "id": self.id or None,
            "slug": self.slug,
            "kind": self.kind,
            "name": self.name,
            "base_url": self.base_url,
            "has_key": self.has_key,
            "headers": list(self.headers),
            "at_once": self.at_once,
            "enabled": self.enabled,
            "tested_at": timestamp(self.tested_at) if self.tested_at else None,
            "problem": self.problem,
            "paused": self.paused,
        }
        if self.day is not None:
            shape["day"] = self.day
        return shape


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group that may be named for models. `owner` is the admin who owns it; empty for the reader's own."""

    id: str
    name: str
    owner: str


class ListedModelJson(TypedDict):
    """A model of the catalogue.

    Sizes are in tokens, prices in US cents for a million tokens. A model for `admins_only` may also be chosen by the
    people of these `groups`. The model that `decides` is asked whether the AI of a room joins in.
    """

    id: str
    label: str
    connection: str
    offered: bool
    admins_only: bool
    groups: list[str]
    decides: bool
    context_window: int
    max_output: int
    price_in: int | None
    price_cached: int | None
    price_out: int | None
    abilities: list[str]


def view_connection(ctx: Context, connection: Connection) -> ConnectionView:
    """Return a stored connection as admins see it."""
    endpoint = open_endpoint(ctx, connection)
    return ConnectionView(
        id=str(connection.id),
        slug=connection.slug,
        kind=connection.kind,
        name=connection.name,
        base_url=connection.base_url,
        has_key=connection.sealed_key is not None,
        headers=tuple(name for name, _ in endpoint.headers),
        at_once=connection.at_once,
        enabled=connection.enabled,
        tested_at=connection.tested_at,
        problem=connection.problem,
    )


def view_configured(endpoint: Endpoint) -> ConnectionView:
    """Return a connection of the environment as admins see it."""
    return ConnectionView(
        "",
        endpoint.slug,
        endpoint.kind,
        endpoint.name,
        endpoint.base_url,
        bool(endpoint.key),
        at_once=endpoint.at_once,
    )


def open_endpoint(ctx: Context, connection: Connection) -> Endpoint:
    """Return the data to reach a connection. If the site's key of that time is missing, it has no key."""
    keys = ctx.policy.keys
    key = unseal(keys, SEAL, connection.sealed_key) if connection.sealed_key else None
    headers = unseal(keys, SEAL, connection.sealed_headers) if connection.sealed_headers else None
    return Endpoint(
        slug=connection.slug,
        kind=check_kind(connection.kind),
        name=connection.name,
        base_url=connection.base_url,
        key=key,
        headers=check_headers(headers or ""),
        served=tuple(ServedModel(**model) for model in connection.served),
        at_once=connection.at_once,
    )


def model_json(model: ListedModel) -> ListedModelJson:
    """Return the shape of a model of the catalogue in REST."""
    info = model.info
    return {
        "id": info.id,
        "label": info.label,
        "connection": model.slug,
        "offered": model.offered,
        "admins_only": info.admins_only,
        "groups": sorted(map(str, model.groups)),
        "decides": info.decides,
        "context_window": info.context_window,
        "max_output": info.max_output,
        "price_in": info.price_in,
        "price_cached": info.price_cached,
        "price_out": info.price_out,
        "abilities": list(info.abilities),
    }
