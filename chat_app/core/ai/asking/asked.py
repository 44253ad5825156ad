"""Choose the models and assistants that a message asks. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.ai.errors import AssistantWithoutModel, ModelForAdmins, ModelNotOffered, TooManyModels
from chat_app.core.ai.models.handles import models_by_handle
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.rules import asks_ai
from chat_app.core.assistants.errors import AssistantNotFound
from chat_app.core.assistants.tables import Assistant
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.texts.calls import AI, ALL
from chat_app.core.rooms.tables import AiRule

MODELS_MAX: Final = 4
"""Models that one message asks."""


@dataclass(frozen=True, slots=True)
class AskedModel:
    """A model that is to answer, None for the site's default, perhaps as an ``assistant``.

    ``named``: by the message, and not by the room.
    """

    model: str | None
    named: bool = False
    assistant: Assistant | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """The models and assistants that a message can ask. ``calls`` are the names in its text; ``chosen`` and
    ``assistant`` are the ids of a model or an assistant chosen for the message.

    ``offered`` are the models that the site offers, if the message may name any of them. ``assistants`` are those that
    the author may ask, and that the message or the room can mean: the author's own before shared ones.
    """

    calls: Sequence[str]
    chosen: str | None = None
    offered: Sequence[ModelInfo] = ()
    assistant: UUID | None = None
    assistants: Sequence[Assistant] = ()

    def known(self, assistant_id: UUID | None) -> Assistant | None:
        """Return one of the assistants."""
        return next((each for each in self.assistants if each.id == assistant_id), None)


def names_any(calls: Collection[str]) -> bool:
    """Return whether a message that calls these names may name a model, so that the models have to be known."""
    return not {AI, ALL}.issuperset(calls)


def asked_models(
    naming: Naming,
    rule: str,
    room_model: str | None,
    *,
    replies_to_ai: bool,
    people: Collection[str] = (),
    room_assistant: UUID | None = None,
) -> list[AskedModel]:
    """Return the models and assistants that a message asks, in its order and each once. With the rule *never* there are
    none.

    If the message names any, only these answer; ``@ai`` means the chosen one, or the room's. If it names none, the
    room's model answers if the rule says so. A name means one of the ``people`` of the room first, then a model, then
    an assistant. If the author may not ask the room's assistant, the room's model answers.
    """
    if rule == AiRule.NEVER:
        return []
    own = _own(naming, room_model, room_assistant)
    known = _called(naming, people, room_model)
    wanted = [own if name == AI else known[name] for name in naming.calls if name == AI or name in known]
    if naming.chosen or naming.assistant or (not wanted and asks_ai(rule, naming.calls, replies_to_ai=replies_to_ai)):
        wanted.append(own)
    default = default_model(naming.offered).id if naming.offered else None
    once: dict[object, AskedModel] = {}
    for asked in wanted:
        once.setdefault(asked.assistant.id if asked.assistant else asked.model or default, asked)
    return list(once.values())


def check_asked(asked: Sequence[AskedModel], naming: Naming, room_model: str | None, asker: Actor) -> None:
    """Raise :class:`TooManyModels`, or what keeps the ``asker`` from asking a model or an assistant that is named.

    The room's own everybody asks there.
    """
    if len(asked) > MODELS_MAX:
        raise TooManyModels(maximum=MODELS_MAX)
    if naming.assistant and naming.known(naming.assistant) is None:
        raise AssistantNotFound()
    offered = {model.id: model for model in naming.offered}
    manages = site_can(asker.site_roles, SitePermission.MANAGE_MODELS)
    for each in asked:
        if not each.named or (each.assistant and not each.assistant.model):
            continue
        model = offered.get(each.model or "")
        if model is None and each.assistant:
            raise AssistantWithoutModel(model=each.assistant.name)
        if model is None:
            raise ModelNotOffered(field="model")
        if model.id != room_model and not model.is_for(asker.user_id, is_manager=manages):
            raise ModelForAdmins(model=model.label)


def as_assistant(assistant: Assistant, room_model: str | None, *, named: bool = False) -> AskedModel:
    """Return that an assistant is asked: by its own model, or else by the room's."""
    return AskedModel(assistant.model or room_model, named=named, assistant=assistant)


def _own(naming: Naming, room_model: str | None, room_assistant: UUID | None) -> AskedModel:
    """Return the model or assistant that answers if none is named: the one chosen for the message, or the room's."""
    if naming.chosen:
        return AskedModel(naming.chosen, named=True)
    if chosen := naming.known(naming.assistant):
        return as_assistant(chosen, room_model, named=True)
    own = naming.known(room_assistant)
    return as_assistant(own, room_model) if own else AskedModel(room_model)


def _called(naming: Naming, people: Collection[str], room_model: str | None) -> Mapping[str, AskedModel]:
    """Return the models and assistants that the names call, without names of people."""
    models = models_by_handle(naming.offered) if naming.offered else {}
    known: dict[str, AskedModel] = {}
    for each in naming.assistants:
        known.setdefault(each.handle, as_assistant(each, room_model, named=True))
    known |= {handle: AskedModel(model.id, named=True) for handle, model in models.items()}
    return {name: known[name] for name in naming.calls if name in known and name not in people}
