"""Transcribe dictation in the composer. Neither the recording nor the text is stored."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from limits import RateLimitItemPerMinute
from typing_extensions import TypedDict

from chat_app.core.access.features import Feature, require_feature
from chat_app.core.access.permissions import Permission
from chat_app.core.ai.costs.holding import charge, holding
from chat_app.core.ai.errors import DictationOff
from chat_app.core.ai.ports.recordings import TRANSCRIPTION_SECONDS, recording_of, seconds_of
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.ai.transcription.transcribing import Speech, write_down
from chat_app.core.files.errors import FileRefused, FileTooLarge
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.rules import check_declared_type, check_size
from chat_app.core.files.storage.ports import Examined, Examiner
from chat_app.core.files.voice import VOICE_SECONDS_MAX
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.persistence import persist
from chat_app.core.rooms.access import access_room
from chat_app.core.rooms.errors import AiIsOff
from chat_app.core.rooms.tables import AiRule

DICTATION_BYTES: Final = 12 * 2**20
"""The largest recording in bytes.

Ten minutes take 4 MB at the requested bit rate, and 10 MB in browsers that ignore it.
"""

DICTATIONS: Final = RateLimitItemPerMinute(20, namespace="dictations")

AT_ONCE: Final = 3
"""Recordings of one person in a process at once: they use memory, and the shared examiner of files."""

_SPARE_SECONDS: Final = 5
"""A recorder stops a little later than its time."""


class DictatedJson(TypedDict):
    """The transcript of a dictation, empty for silence."""

    text: str


class Dictation:
    """Writes down dictations in a process."""

    def __init__(
        self, work: UnitOfWork, gateway: Speech, examiner: Examiner, *, limits: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once."""
        self._work, self._gateway, self._examiner = work, gateway, examiner
        self._places = AnswerSlots(work, limits)
        self._held: Counter[UUID] = Counter()

    async def dictate(
        self, actor: Actor | None, room_id: AnyId | None, receive: Callable[[], Awaitable[bytes]], declared: str
    ) -> DictatedJson:
        """Return the transcript of a recording, for a message to a room, or to a new chat if ``room_id`` is None. The
        recording is received only from people who may dictate.

        Raises :class:`DictationOff` if the admins have named no model, ``FileRefused`` for a file that is not a
        recording, ``RateLimited`` also for more than :data:`AT_ONCE` at once, and :class:`LlmError` if the model does
        not answer.
        """
        async with self._work.begin(actor) as ctx:
            require_feature(ctx, Feature.VOICE)
            place = await allow_dictation(ctx, room_id)
        model = self._gateway.transcriber()
        if model is None:
            raise DictationOff()
        with self._in_turn(ctx.me.user_id):
            data = await receive()
            check_size(len(data), DICTATION_BYTES)
            found = await self._examine(data, declared)
            cost = await self._gateway.price(model, seconds=seconds_of(found.seconds, len(data), found.mime_type))
            async with holding(self._work, place, ctx.me.user_id, cost) as held:
                recording = recording_of(model, found.mime_type, data)
                text = await write_down(self._gateway, self._places, recording, TRANSCRIPTION_SECONDS)
                await persist(self._work, charge, "dictation", held, model, cost=cost)
        return {"text": text}

    @contextmanager
    def _in_turn(self, user_id: UUID) -> Iterator[None]:
        """Count a recording. Raises ``RateLimited`` if the person has too many at once."""
        if self._held[user_id] >= AT_ONCE:
            raise RateLimited(retry_after=1)
        self._held[user_id] += 1
        try:
            yield
        finally:
            self._held[user_id] -= 1
            if not self._held[user_id]:
                del self._held[user_id]

    async def _examine(self, data: bytes, declared: str) -> Examined:
        """Return the type and length that were found in a recording. Raises ``FileRefused``."""
        async with workplace() as folder:
            path = folder / "upload"
            await asyncio.to_thread(path.write_bytes, data)
            found = await self._examiner.examine(
                path, name="dictation", declared=check_declared_type(declared), into=folder
            )
        if found.kind != FileKind.AUDIO:
            raise FileRefused()
        if found.seconds is not None and found.seconds > VOICE_SECONDS_MAX + _SPARE_SECONDS:
            raise FileTooLarge("voice_length_invalid", maximum=VOICE_SECONDS_MAX)
        return found


async def allow_dictation(ctx: Context, room_id: AnyId | None) -> UUID | None:
    """Return the room for which the actor may dictate: they may write there, and its AI is not off."""
    await ctx.limit(DICTATIONS, str(ctx.me.user_id))
    if room_id is None:
        return None
    room = (await access_room(ctx, room_id, Permission.SEND)).room
    if room.ai_rule == AiRule.NEVER:
        raise AiIsOff()
    return room.id
