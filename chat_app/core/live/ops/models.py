"""The ops of the models that a site offers."""

from collections.abc import Sequence
from typing import Literal, NotRequired
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.ai.models.handles import handles_of
from chat_app.core.ai.models.offers import default_model, dollars
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.wire import ModelNameJson


class DrawerJson(TypedDict):
    """A model that draws pictures. One that is `locked` does not for this person, and may have drawn in rooms all the
    same.
    """

    id: str
    label: str
    locked: NotRequired[bool]


class ModelsOp(TypedDict):
    """`models`: the offered models of this site, the default first; the maximum length of a message; which models draw;
    whether dictation and reading aloud are available; whether the site `counts` usage, and people are `billed` for it;
    and whether support may join conversations without a request.
    """

    t: Literal["models"]
    models: list[ModelNameJson]
    message_max: int
    drawers: list[DrawerJson]
    dictates: bool
    speaks: bool
    counts: bool
    billed: NotRequired[Literal[True]]
    support_joins: NotRequired[Literal[True]]


class FavoriteModelsOp(TypedDict):
    """`favorite_models`: the models that come first where you choose one, by their ids."""

    t: Literal["favorite_models"]
    models: list[str]


def models_op(
    offered: Sequence[ModelInfo],
    user_id: UUID,
    *,
    is_manager: bool,
    message_max: int,
    drawers: Sequence[ModelInfo] = (),
    dictates: bool = False,
    speaks: bool = False,
    counts: bool = False,
    billed: bool = False,
    support_joins: bool = False,
) -> ModelsOp:
    """``models``: the site's models, the default first; the maximum length of a message; the models that draw;
    whether one writes down what is dictated, and one reads answers aloud; whether what models do is counted, and
    billed; and whether support may join unasked.
    """
    default, handles = default_model(offered), handles_of(offered)
    models = [
        _name_json(each, handles[each.id], locked=not each.is_for(user_id, is_manager=is_manager))
        for each in sorted(offered, key=lambda model: model.id != default.id)
    ]
    draw = [_drawer_json(each, locked=not each.is_for(user_id, is_manager=is_manager)) for each in drawers]
    op: ModelsOp = {
        "t": "models",
        "models": models,
        "message_max": message_max,
        "drawers": draw,
        "dictates": dictates,
        "speaks": speaks,
        "counts": counts,
    }
    if billed:
        op["billed"] = True
    return {**op, "support_joins": True} if support_joins else op


def _name_json(model: ModelInfo, handle: str, *, locked: bool) -> ModelNameJson:
    known = model.price_in is not None and model.price_out is not None
    price = f"{dollars(model.price_in or 0)} / {dollars(model.price_out or 0)}" if known else ""
    shape: ModelNameJson = {
        "id": model.id,
        "handle": handle,
        "label": model.label,
        "provider": model.provider,
        "price": price,
    }
    if model.abilities:
        shape["can"] = "".join(ability[0] for ability in model.abilities)
    if locked:
        shape["locked"] = True
    return shape


def _drawer_json(model: ModelInfo, *, locked: bool) -> DrawerJson:
    shape: DrawerJson = {"id": model.id, "label": model.label}
    return {**shape, "locked": True} if locked else shape
