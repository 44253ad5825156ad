"""The state of the page ``/admin/models``. Every argument is hostile until a use case has checked it."""

from contextlib import suppress
from typing import Any, Final

import reflex as rx

from chat_app.bootstrap import runtime
from chat_app.core.ai.decisions.queries import DecisionCountJson, count_decisions
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.speech.queries import count_speech
from chat_app.core.connections.checks.checking import check_connection
from chat_app.core.connections.commands import change_connection, create_connection, delete_connection
from chat_app.core.connections.models import change_model, choose_speaker, choose_transcriber, move_model
from chat_app.core.connections.ports import ListedModel
from chat_app.core.connections.queries import groups_for_models, list_connections, list_models
from chat_app.core.connections.views import view_connection
from chat_app.core.kernel.errors import DomainError
from chat_app.ui.attempts import Canceled, attempt, cancel_attempt
from chat_app.ui.fields import text_of, texts_of, without_empty
from chat_app.ui.models.shapes import (
    NAMES,
    ConnectionVar,
    GroupNameVar,
    ListedModelVar,
    cents,
    connection_var,
    model_vars,
)
from chat_app.ui.page_state import FormState, PageState, loading, submitting
from chat_app.ui.session import sender
from chat_app.ui.transport.answering import answering, close_dialog, refuse, say

SHOWN: Final = 50
"""The number of models without an offer that are shown; a search finds the others."""

_FIELDS: Final = ("kind", "name", "base_url", "key", "headers", "at_once")


class ModelsState(PageState, FormState, rx.State):
    """The connections, and the models that they have."""

    connections: list[ConnectionVar] = []
    offered: list[ListedModelVar] = []
    others: list[ListedModelVar] = []
    hidden: int = 0
    """The number of models that are neither offered nor shown."""
    known: int = 0
    """The number of all models, found or not."""
    billed: bool = False
    """Whether people pay for answers: a model without a price is then one that costs nobody anything."""
    checking: str = ""
    """The id of the connection that is being tested."""
    connection: ConnectionVar = ConnectionVar()
    model: ListedModelVar = ListedModelVar()
    """The connection and the model that a dialog is about."""
    groups: list[GroupNameVar] = []
    """The groups whose people may be given a model that is for admins only."""
    deciders: dict[str, str] = {}
    """The labels of models that may be chosen for decisions, by id."""
    transcriber: str = ""
    """The model that transcribes recordings, or empty."""
    speaker: str = ""
    voice: str = ""
    """The model that reads answers aloud, empty for none, and its voice."""
    spoken: int = 0
    spoken_cost: int = 0
    """The number of letters read aloud in thirty days, and their cost, 0 if it is unknown."""
    decider: str = ""
    """The model that decides, empty for each room's own."""
    decisions: int = 0
    decision_tokens: int = 0
    decision_cost: int = 0
    """The number of the newest decisions, their tokens, and their cost, 0 if it is unknown."""
    _words: str = ""

    @rx.event
    async def load(self) -> None:
        """List the connections and the models."""
        await _load(self)

    @rx.event
    async def seek(self, words: str) -> None:
        """List the models whose names contain these words."""
        self._words = words
        await _load(self)

    @rx.event
    async def choose(self, connection: str) -> None:
        """Open a connection in the dialog; a new one for an empty id."""
        self.problems = {}
        self.connection = next((each for each in self.connections if each.id == connection != ""), ConnectionVar())

    @rx.event
    async def choose_model(self, model: str) -> None:
        """Open a model in the dialog."""
        self.problems = {}
        self.model = next((each for each in (*self.offered, *self.others) if each.id == model), ListedModelVar())

    @rx.event
    async def save(self, fields: dict[str, Any]) -> Any:
        """Create or change the connection of the dialog, and test it."""
        about = self.connection.id
        values = {name: text_of(fields, name) for name in _FIELDS}
        kind = values.pop("kind")
        values["name"] = values["name"].strip() or NAMES.get(kind, "")
        async with submitting(self, *_FIELDS) as ctx:
            if about:
                await change_connection(ctx, about, **without_empty(values, "key", "headers"))
            else:
                created = await create_connection(ctx, kind=kind, **values)
                about = str(created.id)
                self.connections = [*self.connections, connection_var(view_connection(ctx, created), [])]
            close_dialog(ctx, self, "connection")
        return ModelsState.check(about) if ctx.committed else None

    @rx.event(background=True)
    async def check(self, connection: str) -> None:
        """Test a connection. Other events of the tab continue meanwhile."""
        here = runtime()
        async with self:
            self.checking = next((each.id for each in self.connections if each.id == connection), "")
        try:
            with suppress(Canceled):
                await attempt(self, check_connection(here.work, here.gateway, await sender(self), connection))
        except DomainError as error:
            await refuse(self, connection, error)
        async with self:
            self.checking = ""
            await _load(self)

    @rx.event
    async def cancel_check(self) -> None:
        """Cancel the test of a connection."""
        cancel_attempt(self)

    @rx.event
    async def enable(self, connection: str, on: bool) -> None:
        """Enable a connection, or disable it."""
        async with answering(self, connection) as ctx:
            await change_connection(ctx, connection, enabled=on)
        await _load(self)

    @rx.event
    async def remove(self) -> None:
        """Delete the connection of the dialog."""
        async with answering(self, self.connection.id) as ctx:
            await delete_connection(ctx, self.connection.id)
        await _load(self)

    @rx.event
    async def offer(self, model: str, on: bool) -> None:
        """Offer a model, or do not."""
        await _change(self, model, offered=on)

    @rx.event
    async def decide_by(self, model: str) -> None:
        """Set the model that decides in all rooms whether their AI joins in; for an empty id, each room's own."""
        if model or self.decider:
            await _change(self, model or self.decider, decides=bool(model))

    @rx.event
    async def save_transcriber(self, fields: dict[str, Any]) -> None:
        """Set the model that transcribes recordings; for an empty field, none."""
        async with submitting(self, "transcriber") as ctx:
            slugs = {each.slug for each in await list_connections(ctx, runtime().gateway)}
            await choose_transcriber(ctx, slugs, text_of(fields, "transcriber"))
            self.transcriber = text_of(fields, "transcriber")
            say(ctx, self, "common.saved")

    @rx.event
    async def save_speaker(self, fields: dict[str, Any]) -> None:
        """Set the model that reads answers aloud; for an empty field, none."""
        async with submitting(self, "speaker") as ctx:
            slugs = {each.slug for each in await list_connections(ctx, runtime().gateway)}
            model, voice = text_of(fields, "speaker"), text_of(fields, "voice")
            await choose_speaker(ctx, slugs, model, voice)
            self.speaker, self.voice = model, voice if model else ""
            say(ctx, self, "common.saved")

    @rx.event
    async def move(self, model: str, by: int) -> None:
        """Move a model up or down in the list of offered models."""
        listed = await runtime().gateway.listed()
        ids = [each.info.id for each in listed if each.offered]
        async with answering(self, model) as ctx:
            await move_model(ctx, listed, model, (ids.index(model) if model in ids else 0) + by)
        await _load(self)

    @rx.event
    async def save_model(self, fields: dict[str, Any]) -> None:
        """Change the properties of the dialog's model, and the people who may choose it."""
        listed = await runtime().gateway.listed()
        numbers = {name: text_of(fields, name) for name in self.model.numbers}
        changes: dict[str, Any] = {key: cents(typed) if key[:5] == "price" else typed for key, typed in numbers.items()}
        changes = {name: value for name, value in changes.items() if numbers[name] != self.model.numbers[name]}
        if (label := text_of(fields, "label")) != self.model.label:
            changes["label"] = label
        async with submitting(self, "label", *numbers) as ctx:
            if (abilities := texts_of(fields, "abilities")) != self.model.abilities:
                changes["abilities"] = abilities
            changes["admins_only"] = text_of(fields, "who") != "everyone"
            changes["groups"] = texts_of(fields, "groups") if text_of(fields, "who") == "groups" else []
            await change_model(ctx, listed, self.model.id, changes)
            close_dialog(ctx, self, "model")
        if ctx.committed:
            await _load(self)


async def _change(state: ModelsState, model: str, **changes: Any) -> None:
    listed = await runtime().gateway.listed()
    async with answering(state, model) as ctx:
        await change_model(ctx, listed, model, changes)
    await _load(state)


async def _load(state: ModelsState) -> None:
    gateway = runtime().gateway
    listed = await gateway.listed()  # this may call providers, so no transaction is open
    default = default_model(await gateway.models()).id
    async with loading(state) as ctx:
        found = await list_connections(ctx, gateway, default)
        state.connections = [connection_var(each, listed) for each in found]
        state.groups = [GroupNameVar(each.id, each.name, each.owner) for each in await groups_for_models(ctx)]
        _show(state, list(await list_models(ctx, listed)))
        state.billed = ctx.policy.billing == "on"
        state.transcriber = gateway.transcriber() or ""
        state.speaker, state.voice = gateway.speaker() or ("", "")
        state.spoken, state.spoken_cost = await count_speech(ctx)
        _count(state, await count_decisions(ctx))


def _show(state: ModelsState, listed: list[ListedModel]) -> None:
    offered = [model.info for model in listed if model.offered and not model.info.draws]
    words = state._words.lower().split()
    state.known = len(listed)
    models = model_vars(listed)
    found = [each for each in models if all(word in f"{each.label} {each.id}".lower() for word in words)]
    others = [each for each in found if not each.offered]
    state.offered = [each for each in found if each.offered]
    state.others, state.hidden = others[:SHOWN], len(others[SHOWN:])
    decider = next((each for each in offered if each.decides), None)
    state.decider = decider.id if decider else ""
    state.deciders = {each.id: each.label for each in ([decider] if decider else []) + offered[:SHOWN]}


def _count(state: ModelsState, counted: list[DecisionCountJson]) -> None:
    state.decisions = sum(each["decisions"] for each in counted)
    state.decision_tokens = sum(each["prompt_tokens"] + each["completion_tokens"] for each in counted)
    state.decision_cost = sum(each["cost"] or 0 for each in counted)
