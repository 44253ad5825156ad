"""Manage connections to providers of models, as a site admin. Other people get not found."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field, StrictInt

from chat_app.api.auth import ActorInSession, InSession, Offered, Parts, Reading
from chat_app.api.cursors import whole
from chat_app.api.shapes import RequestBody
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.wire import Ability
from chat_app.core.connections import commands, models
from chat_app.core.connections.checks.checking import check_connection
from chat_app.core.connections.ports import ListedModel
from chat_app.core.connections.queries import list_connections, list_models
from chat_app.core.connections.views import ConnectionJson, ListedModelJson, model_json, view_connection
from chat_app.core.kernel.wire import PageJson

router = APIRouter(tags=["site"])

Text = Annotated[str, Field(max_length=20_000)]


async def _listed(parts: Parts) -> list[ListedModel]:
    return await parts.gateway.listed()


Listed = Annotated[list[ListedModel], Depends(_listed)]
"""The catalogue. This parameter comes before the context: no transaction is to be open while providers are asked."""


class NewConnection(RequestBody):
    """A connection. Without a `base_url` it is the vendor's own; `headers` has one `name: value` a line.

    It writes so many answers `at_once`, without a number any.
    """

    kind: Text
    name: Text
    base_url: Text = ""
    key: Text = ""
    headers: Text = ""
    at_once: StrictInt | None = None


class ChangedConnection(RequestBody):
    """The changes of a connection; an empty `key`, `headers` or `at_once` removes the value.

    With a new `base_url`, the key must be given again.
    """

    name: Text | None = None
    base_url: Text | None = None
    key: Text | None = None
    headers: Text | None = None
    at_once: StrictInt | Literal[""] | None = None
    enabled: bool | None = None


class ChangedModel(RequestBody):
    """The changes of a model; null resets a size, a price, the abilities or the label to the provider's value.

    A model for `admins_only` may also be chosen by the people of `groups`: ids of the admin's own groups, or of groups
    that admins have named for models before. `position` is the model's place among the offered models, from 0; the
    first is the site's default. At most one model `decides`: it is asked whether the AI of a room joins in. Without
    such a model, the room's own model is asked.
    """

    id: Text
    label: Text | None = None
    offered: bool | None = None
    admins_only: bool | None = None
    groups: Annotated[list[Text], Field(max_length=100)] | None = None
    decides: bool | None = None
    abilities: list[Ability] | None = None
    position: Annotated[int, Field(ge=0, le=10_000, strict=True)] | None = None
    context_window: StrictInt | None = None
    max_output: StrictInt | None = None
    price_in: StrictInt | None = None
    price_cached: StrictInt | None = None
    price_out: StrictInt | None = None


class ChosenTranscriber(RequestBody):
    """The model that transcribes, as `connection/name`."""

    model: Text


class ChosenSpeaker(RequestBody):
    """The model that reads answers aloud, as `connection/name`, and its `voice`."""

    model: Text
    voice: Text = ""


@router.get("/admin/connections")
async def read_connections(ctx: Reading, parts: Parts, offered: Offered) -> PageJson[ConnectionJson]:
    """List the connections: those of the environment, then those that admins have created. Keys are not included."""
    return whole([each.as_json() for each in await list_connections(ctx, parts.gateway, default_model(offered).id)])


@router.post("/admin/connections", status_code=201)
async def create_connection(ctx: InSession, body: NewConnection) -> ConnectionJson:
    """Create a connection. Its models are offered after a test, or after its list of models was requested."""
    return view_connection(ctx, await commands.create_connection(ctx, **body.model_dump())).as_json()


@router.patch("/admin/connections/{connection_id}")
async def change_connection(ctx: InSession, connection_id: str, body: ChangedConnection) -> ConnectionJson:
    """Change a connection, in every process at once."""
    changed = await commands.change_connection(ctx, connection_id, **body.model_dump())
    return view_connection(ctx, changed).as_json()


@router.delete("/admin/connections/{connection_id}", status_code=204)
async def delete_connection(ctx: InSession, connection_id: str) -> None:
    """Delete a connection. Its models are offered no more."""
    await commands.delete_connection(ctx, connection_id)


@router.post("/admin/connections/{connection_id}/test")
async def test_connection(actor: ActorInSession, parts: Parts, connection_id: str) -> ConnectionJson:
    """Ask a connection for its models. `problem` is the code of an error, or empty."""
    return (await check_connection(parts.work, parts.gateway, actor, connection_id)).as_json()


@router.put("/admin/transcriber", status_code=204)
async def choose_transcriber(ctx: InSession, parts: Parts, body: ChosenTranscriber) -> None:
    """Set the model that transcribes recordings; for an empty name, none."""
    slugs = {each.slug for each in await list_connections(ctx, parts.gateway)}
    await models.choose_transcriber(ctx, slugs, body.model)


@router.put("/admin/speaker", status_code=204)
async def choose_speaker(ctx: InSession, parts: Parts, body: ChosenSpeaker) -> None:
    """Set the model that reads answers aloud, and its voice; for an empty name, none."""
    slugs = {each.slug for each in await list_connections(ctx, parts.gateway)}
    await models.choose_speaker(ctx, slugs, body.model, body.voice)


@router.get("/admin/models")
async def read_models(listed: Listed, ctx: Reading) -> PageJson[ListedModelJson]:
    """List the models of all connections, offered or not, in the order of the list."""
    return whole([model_json(each) for each in await list_models(ctx, listed)])


@router.patch("/admin/models", status_code=204)
async def change_model(listed: Listed, ctx: InSession, body: ChangedModel) -> None:
    """Change which models are offered, to whom, in which order, and their properties."""
    changes = body.model_dump(exclude_unset=True, exclude={"id", "position"})
    await models.change_model(ctx, listed, body.id, changes)
    if body.position is not None:
        await models.move_model(ctx, listed, body.id, body.position)
