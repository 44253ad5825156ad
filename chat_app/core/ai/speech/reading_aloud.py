"""Read answers aloud, by the model that the site's admins have named."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from limits import RateLimitItemPerMinute

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.costs.holding import HeldReservation, charge, holding
from chat_app.core.ai.errors import HiddenFromAi, NotAnAnswer, SpeechOff, SpeechTooLong, StillAnswering
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway
from chat_app.core.ai.ports.speech import SILENCE_SECONDS, Speaker, Utterance
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.speech.parts import parts_of
from chat_app.core.ai.tables import AiSpeechCost
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.persistence import persist
from chat_app.core.kernel.texts.plain import plain_text
from chat_app.core.messages.access import access_message
from chat_app.core.messages.tables import LIVE
from chat_app.core.rooms.errors import AiIsOff
from chat_app.core.rooms.tables import AiRule

READINGS: Final = RateLimitItemPerMinute(10, namespace="readings")

AT_ONCE: Final = 2
"""Answers that are read to one person at once in a process: the oldest one ends when its tab is closed."""

SPOKEN_MAX: Final = 10_000
"""The maximum characters of an answer for speech: ten minutes, as much sound as browsers buffer."""

WAIT_SECONDS: Final = 30.0
"""The longest wait for a slot at the connection."""


class SpeechGateway(LlmGateway, Protocol):
    """The port of the models, and the choice of the model for speech."""

    def speaker(self) -> Speaker | None:
        """Return the model that does, with its voice; None if the admins have named none."""
        ...


@dataclass(frozen=True, slots=True)
class Readable:
    """The text of an answer for speech, its room, and the listener."""

    room_id: UUID
    asker_id: UUID
    text: str


class ReadingAloud:
    """Has answers read in a process."""

    def __init__(
        self, work: UnitOfWork, gateway: SpeechGateway, *, limits: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once."""
        self._work, self._gateway, self._places = work, gateway, AnswerSlots(work, limits)
        self._read: Counter[UUID] = Counter()

    async def read_aloud(self, actor: Actor | None, message_id: AnyId) -> AsyncGenerator[bytes, None]:
        """Convert an answer that the actor sees to speech: yield MP3, piece by piece.

        Only the cost is stored. Raises :class:`SpeechOff` if no model is named, the errors of :func:`read_answer`,
        ``RateLimited``, and :class:`LlmError` if the model does not answer; all of these before the first piece, if
        they are known by then.
        """
        async with self._work.begin(actor) as ctx:
            await ctx.limit(READINGS, str(ctx.me.user_id))
            require_feature(ctx, Feature.VOICE)
            answer = await read_answer(ctx, message_id)
        speaker = self._gateway.speaker()
        if speaker is None:
            raise SpeechOff()
        with self._in_turn(answer.asker_id):
            for part in parts_of(answer.text):
                async with aclosing(self._say(answer, Utterance(speaker, part))) as pieces:
                    async for data in pieces:
                        yield data

    async def _say(self, answer: Readable, said: Utterance) -> AsyncGenerator[bytes, None]:
        """Convert a part to speech, after its cost is reserved and a slot is free, and charge it when the speech
        begins. So the part is charged even if the listener stops before its end.
        """
        model, default = said.speaker.model, default_model(await self._gateway.models()).id
        cost = await self._gateway.price(model, letters=len(said.text), seconds=said.seconds)
        async with AsyncExitStack() as stack:
            held = await stack.enter_async_context(holding(self._work, answer.room_id, answer.asker_id, cost))
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    await stack.enter_async_context(self._places.taken(model, default))
                sounds = await stack.enter_async_context(aclosing(self._gateway.speak(said)))
                sound = await _next(sounds)
                await persist(self._work, _note, answer, held, said, cost)
                while sound is not None:
                    yield sound
                    sound = await _next(sounds)
            except TimeoutError:
                raise LlmError("llm_timeout", model=model) from None

    @contextmanager
    def _in_turn(self, user_id: UUID) -> Iterator[None]:
        """Count a reading. Raises ``RateLimited`` if enough of the person's are under way."""
        if self._read[user_id] >= AT_ONCE:
            raise RateLimited(retry_after=1)
        self._read[user_id] += 1
        try:
            yield
        finally:
            self._read[user_id] -= 1
            if not self._read[user_id]:
                del self._read[user_id]


async def _note(ctx: Context, answer: Readable, held: HeldReservation, said: Utterance, cost: int | None) -> None:
    if await ctx.db.get(AiSpeechCost, held.subject):  # a commit whose answer was lost is repeated
        return
    row = AiSpeechCost(
        id=held.subject,
        room_id=answer.room_id,
        model=said.speaker.model,
        characters=len(said.text),
        cost=cost,
        made_at=ctx.now,
    )
    ctx.db.add(row)
    await charge(ctx, "speech", held, said.speaker.model, cost=cost)


async def _next(sounds: AsyncGenerator[bytes, None]) -> bytes | None:
    """Return the next piece; None at the end. Only the wait for the vendor counts, not the listener's speed."""
    async with asyncio.timeout(SILENCE_SECONDS):
        return await anext(sounds, None)


async def read_answer(ctx: Context, message_id: AnyId) -> Readable:
    """Return an answer that the actor may listen to, if models may have its text.

    The actor must be allowed to ask the AI in its room, because speech costs as much as an answer. People's messages
    are never sent.
    """
    access = await access_message(ctx, message_id, Permission.ASK_AI, lock=False)
    message, room = access.message, access.room.room
    if not message.is_ai:
        raise NotAnAnswer()
    if room.ai_rule == AiRule.NEVER:
        raise AiIsOff()
    if message.status in LIVE:
        raise StillAnswering()
    if message.exclude_from_ai or (room.ai_context_cutoff_at and message.created_at < room.ai_context_cutoff_at):
        raise HiddenFromAi()
    if len(message.text) > SPOKEN_MAX:
        raise SpeechTooLong(maximum=SPOKEN_MAX)
    if not (text := plain_text(message.text).strip()):
        raise NotAnAnswer()
    return Readable(room.id, ctx.me.user_id, text)
