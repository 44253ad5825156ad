"""Translate messages for the person who asks, by the room's model."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from limits import RateLimitItemPerMinute
from typing_extensions import TypedDict

from chat_app.core.access.permissions import Permission
from chat_app.core.accounts.rules import LOCALES
from chat_app.core.ai.context.prompt import estimate_prompt, estimate_tokens
from chat_app.core.ai.costs.holding import charge, holding
from chat_app.core.ai.costs.prices import cost_of
from chat_app.core.ai.errors import (
    DemoCannotTranslate,
    HiddenFromAi,
    LanguageUnknown,
    NothingToTranslate,
    StillAnswering,
    TextChanges,
)
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import CompletionRequest, LlmError, LlmGateway, LlmMessage, ModelInfo
from chat_app.core.ai.ports.usage import Usage
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.texts import TRANSLATE
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.persistence import persist
from chat_app.core.messages.access import access_message
from chat_app.core.messages.tables import LIVE
from chat_app.core.rooms.errors import AiIsOff
from chat_app.core.rooms.tables import AiRule

TRANSLATIONS: Final = RateLimitItemPerMinute(20, namespace="translations")
TRANSLATE_SECONDS: Final = 60.0
TRIES: Final = 3
"""The number of attempts if the text changes during the translation."""

KEPT: Final = 500
"""Translations in the cache of a process: repeated requests cost one call."""

SPARE_TOKENS: Final = 1_000
"""The additional tokens of a translation beyond three times its text: for short texts and reasoning models."""

LANGUAGES: Final = {"en": "English", "ja": "Japanese"}
"""The names of the site's languages, as models are told them."""


class TranslationJson(TypedDict):
    """A message's text in another language, the source text of the translation (`of`), and the translating model."""

    of: str
    text: str
    language: str
    model: str


@dataclass(frozen=True, slots=True)
class Translatable:
    """A message's text, and the model of its room; None if it has chosen none."""

    text: str
    model: str | None
    room_id: UUID


class _Key(NamedTuple):
    message_id: UUID
    text: str
    language: str
    model: str


class Translator:
    """Translates in a process."""

    def __init__(
        self, work: UnitOfWork, gateway: LlmGateway, *, limits: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once."""
        self._work, self._gateway, self._places = work, gateway, AnswerSlots(work, limits)
        self._known: OrderedDict[_Key, str] = OrderedDict()

    async def translate(self, actor: Actor | None, message_id: AnyId, language: str) -> TranslationJson:
        """Return a message's text in one of the site's languages, for the actor alone.

        Nothing is stored. The actor must be allowed to ask the AI in its room, and models to see the message. If the
        text changes during the translation, it is translated again. Raises :class:`LlmError` if the model does not
        answer, and :class:`TextChanges` if the text keeps changing.
        """
        if language not in LOCALES:
            raise LanguageUnknown(field="language")
        async with self._work.begin(actor) as ctx:
            me = ctx.me.user_id
            await ctx.limit(TRANSLATIONS, str(me))
            wanted = await read_translatable(ctx, message_id)
        for _ in range(TRIES):
            offered, text = await self._gateway.models(), wanted.text
            model = _model_of(offered, wanted.model)
            key = _Key(UUID(str(message_id)), text, language, model.id)
            most = None if key in self._known else cost_of(model, _most(model, text))
            async with holding(self._work, wanted.room_id, me, most) as held:
                translation, usage = await self._translated(key, model, default_model(offered).id)
                if usage:
                    await persist(self._work, charge, "translation", held, model.id, usage, cost_of(model, usage))
            async with self._work.begin(actor) as ctx:  # they may have been removed, or the message deleted
                wanted = await read_translatable(ctx, message_id)
            if wanted.text == text:
                return {"of": text, "text": translation, "language": language, "model": model.id}
        raise TextChanges()

    async def _translated(self, key: _Key, model: ModelInfo, default: str) -> tuple[str, Usage | None]:
        """Return a translation and its usage; translate if it is not cached."""
        text, usage = self._known.pop(key, None), None
        try:
            if text is None:
                async with asyncio.timeout(TRANSLATE_SECONDS), self._places.taken(model.id, default):
                    text, usage = await self._ask(model, key.text, key.language)
        except TimeoutError:
            raise LlmError("llm_timeout", model=model.id) from None
        self._known[key] = text
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return text, usage

    async def _ask(self, model: ModelInfo, text: str, language: str) -> tuple[str, Usage]:
        system = TRANSLATE.format(language=LANGUAGES[language])
        messages = LlmMessage("system", system), LlmMessage("user", text)
        if estimate_prompt(messages) > model.prompt_budget:
            raise LlmError("llm_context_too_long", model=model.id)
        longest = _most(model, text).completion_tokens
        said, note, usage = "", None, None
        async with aclosing(self._gateway.stream(CompletionRequest(model.id, messages, longest))) as pieces:
            async for piece in pieces:
                said, note = (piece.text if piece.anew else said + piece.text), piece.note or note
                usage = piece.usage or usage
        if note or not said.strip():
            raise LlmError(note or "llm_refused", model=model.id)
        return said.strip(), usage or Usage(estimate_prompt(messages), estimate_tokens(said))


def _most(model: ModelInfo, text: str) -> Usage:
    """Return the tokens that a translation takes at most."""
    tokens = estimate_tokens(text)
    return Usage(tokens + estimate_tokens(TRANSLATE), min(model.max_output, 3 * tokens + SPARE_TOKENS))


async def read_translatable(ctx: Context, message_id: AnyId) -> Translatable:
    """Return the text to translate, if the actor may have it translated."""
    access = await access_message(ctx, message_id, Permission.ASK_AI, lock=False)
    message, room = access.message, access.room.room
    if room.ai_rule == AiRule.NEVER:
        raise AiIsOff()
    if message.status in LIVE:
        raise StillAnswering()
    if not message.text.strip():
        raise NothingToTranslate()
    if message.exclude_from_ai or (room.ai_context_cutoff_at and message.created_at < room.ai_context_cutoff_at):
        raise HiddenFromAi()
    return Translatable(message.text, room.ai_model, room.id)


def _model_of(offered: Sequence[ModelInfo], wanted: str | None) -> ModelInfo:
    model = next((each for each in offered if each.id == wanted), default_model(offered))
    if model.is_demo:
        raise DemoCannotTranslate()
    return model
