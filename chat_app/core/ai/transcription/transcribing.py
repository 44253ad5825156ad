"""Transcribe recordings, by the model that the site's admins have named."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Protocol
from uuid import UUID

import structlog
from limits import RateLimitItemPerMinute

from chat_app.core.access.permissions import Permission
from chat_app.core.ai.costs.holding import CANNOT_PAY, charge, holding
from chat_app.core.ai.models.offers import default_model
from chat_app.core.ai.ports.gateway import LlmError, LlmGateway
from chat_app.core.ai.ports.recordings import (
    RECORDING_BYTES,
    TRANSCRIPTION_SECONDS,
    Recording,
    recording_of,
    seconds_of,
)
from chat_app.core.ai.runs.places import AnswerSlots
from chat_app.core.files.access import access_file
from chat_app.core.files.attached.transcripts import TRANSCRIPT_MAX, enqueue_transcripts, note_transcript
from chat_app.core.files.errors import AttachmentNotFound
from chat_app.core.files.objects.workplace import workplace
from chat_app.core.files.storage.keys import file_key
from chat_app.core.files.storage.ports import Storage
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import DomainError
from chat_app.core.kernel.ids import AnyId
from chat_app.core.kernel.persistence import persist
from chat_app.core.kernel.texts.cleaning import cut

WAIT_SECONDS: Final = 300.0
"""The longest wait for a slot at the connection, together with the transcription."""

RETRIES: Final = RateLimitItemPerMinute(10, namespace="transcript-retries")

log = structlog.get_logger()


class Speech(LlmGateway, Protocol):
    """The port of the models, and the choice of the model for transcription."""

    def transcriber(self) -> str | None:
        """Return the id of the model that transcribes; None if the admins have named none."""
        ...


class Transcriber:
    """Transcribes in a process."""

    def __init__(
        self, work: UnitOfWork, gateway: Speech, storage: Storage, *, limits: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        """Ask the models of ``gateway``; ``limits`` returns how many answers limited connections write at once."""
        self._work, self._gateway, self._storage = work, gateway, storage
        self._places = AnswerSlots(work, limits)

    async def transcribe(self, attachment_id: UUID) -> None:
        """Transcribe a sent file, and show the transcript to everybody who sees the message.

        A failure is shown, too. Does nothing if no model is named, or models may not have the file.
        """
        model = self._gateway.transcriber()
        if model is None:
            return
        file = await persist(self._work, note_transcript, attachment_id, {"status": "pending"})
        if file is None:
            return
        try:
            await self._write_down(model, file)
        except DomainError as error:
            code = error.code if isinstance(error, (LlmError, *CANNOT_PAY)) else "llm_unavailable"
            await persist(self._work, note_transcript, attachment_id, {"status": "failed", "error": code})

    async def _write_down(self, model: str, file: Attachment) -> None:
        recording = recording_of(model, file.mime_type, await self._load(file))
        cost = await self._gateway.price(model, seconds=seconds_of(file.seconds, file.size, file.mime_type))
        async with holding(self._work, file.room_id, file.uploader_id, cost, patient=True) as held:
            text = await write_down(self._gateway, self._places, recording, WAIT_SECONDS)
            await persist(self._work, charge, "transcript", held, model, cost=cost)
        await persist(self._work, note_transcript, file.id, {"status": "done", "text": text})

    async def _load(self, file: Attachment) -> bytes:
        async with workplace() as folder:
            try:
                await self._storage.fetch(file_key(file.id), folder / "file")
                return await asyncio.to_thread((folder / "file").read_bytes)
            except FileNotFoundError:
                raise AttachmentNotFound() from None


async def write_down(gateway: Speech, places: AnswerSlots, recording: Recording, patience: float) -> str:
    """Transcribe a recording by a model, once it has a slot, within ``patience`` seconds. Raises ``LlmError``."""
    model, default = recording.model, default_model(await gateway.models()).id
    try:
        async with asyncio.timeout(patience), places.taken(model, default):
            async with asyncio.timeout(TRANSCRIPTION_SECONDS):
                return cut(await gateway.transcribe(recording), TRANSCRIPT_MAX)
    except TimeoutError:
        raise LlmError("llm_timeout", model=model) from None
    except DomainError:
        raise
    except Exception:
        # After any error of a vendor's library, the person gets an error.
        log.exception("transcription_failed", model=model)
        raise LlmError("llm_unavailable", model=model) from None


async def retry_transcript(ctx: Context, attachment_id: AnyId) -> None:
    """Retry a transcription that has failed. Does nothing for others."""
    await ctx.limit(RETRIES, str(ctx.me.user_id))
    access = await access_file(ctx, attachment_id, Permission.SEND)
    if access.message and access.file.transcript and access.file.transcript["status"] == "failed":
        await enqueue_transcripts(ctx, [access.file], RECORDING_BYTES)
