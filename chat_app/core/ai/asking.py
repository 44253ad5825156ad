"""Which models a message asks. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chat_app.core.ai.errors import ModelForAdmins, ModelNotOffered, TooManyModels
from chat_app.core.ai.handles import models_by_handle
from chat_app.core.ai.offers import default_model
from chat_app.core.ai.ports import ModelInfo
from chat_app.core.ai.rules import asks_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.calls import AI, ALL
from chat_app.core.rooms.tables import AiRule

MODELS_MAX: Final = 4
"""Models that one message asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that is to answer, None for the site's default. ``named``: by the message, and not by the room."""

    model: str | None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    """The models that a message names: the names that it ``calls``, and the id of the one that was ``chosen`` for it.

    ``offered`` are those that the site offers, where the message may name any of them.
    """

    calls: Sequence[str]
    chosen: str | None = None
    offered: Sequence[ModelInfo] = ()


def names_any(calls: Collection[str]) -> bool:
    """Return whether a message that calls these names may name a model, so that the models have to be known."""
    return not {AI, ALL}.issuperset(calls)


def asked_models(
    naming: Naming, rule: str, room_model: str | None, *, replies_to_ai: bool, people: Collection[str] = ()
) -> list[Asked]:
    """Return the models that a message asks, in its order and each once; none where the room's rule is *never*.

    Those that it names answer, and nobody else; ``@ai`` is the chosen one, or the room's. Where it names none, the
    room's answers if the rule says so. A name that ``people`` of the room have is theirs.
    """
    if rule == AiRule.NEVER:
        return []
    own = Asked(naming.chosen, named=True) if naming.chosen else Asked(room_model)
    known = {handle: Asked(model.id, named=True) for handle, model in _called(naming, people).items()}
    wanted = [own if name == AI else known[name] for name in naming.calls if name == AI or name in known]
    if naming.chosen or (not wanted and asks_ai(rule, naming.calls, replies_to_ai=replies_to_ai)):
        wanted.append(own)
    default = default_model(naming.offered).id if naming.offered else None
    once: dict[str | None, Asked] = {}
    for asked in wanted:
        once.setdefault(asked.model or default, asked)
    return list(once.values())


def check_asked(asked: Sequence[Asked], naming: Naming, room_model: str | None, asker: Actor) -> None:
    """Raise :class:`TooManyModels`, or what keeps the ``asker`` from asking a model that is named.

    The room's own model everybody asks there.
    """
    if len(asked) > MODELS_MAX:
        raise TooManyModels(maximum=MODELS_MAX)
    offered = {model.id: model for model in naming.offered}
    for each in asked:
        if not each.named:
            continue
        model = offered.get(each.model or "")
        if model is None:
            raise ModelNotOffered(field="model")
        if model.id != room_model and not model.is_for(asker.user_id, is_admin=asker.is_admin):
            raise ModelForAdmins(model=model.label)


def _called(naming: Naming, people: Collection[str]) -> Mapping[str, ModelInfo]:
    if not naming.offered:
        return {}
    known = models_by_handle(naming.offered)
    return {name: known[name] for name in naming.calls if name in known and name not in people}
