"""Recordings are transcribed: the text is shown, found, and read by models, if models may have it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.context.lines.files import FileLines
from chat_app.core.ai.context.reading.file_texts import read_texts
from chat_app.core.ai.context.shapes.files import Contents, prompt_files
from chat_app.core.ai.ports.recordings import RECORDING_BYTES, seconds_of
from chat_app.core.ai.transcription.transcribing import RETRIES, Transcriber, retry_transcript
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import TokenUsage
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import RateLimited
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import gateway_to
from tests.core.billing.ledger import balance
from tests.support.factory import Factory
from tests.support.files import TYPES, make_file
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

DATA = b"\x1aE\xdf\xa3 what a browser records"


class Recordings:
    """Sends recordings, and has them transcribed."""

    def __init__(self, work: UnitOfWork, storage: DiskStorage, transcriber: Transcriber, folder: Path) -> None:
        self.folder = folder
        self.work, self.storage, self.transcriber = work, storage, transcriber

    async def send(self, who: Actor, room: Room, text: str = "", **more: object) -> tuple[MessageView, Attachment]:
        kind = {"kind": FileKind.AUDIO, "declared_type": "audio/webm", "mime_type": "audio/webm", "peaks": [1, 2]}
        file = await make_file(self.work, room, who, "Voice.webm", **{**kind, **more})
        path = self.storage_file(file)
        await self.storage.keep(path, f"{file.id}/file", "audio/webm")
        posting = Posting(self.work, gateway=None)  # type: ignore[arg-type]
        return await posting.post(who, room.id, text, attachments=[str(file.id)]), file

    def storage_file(self, file: Attachment) -> Path:
        path = self.folder / str(file.id)
        path.write_bytes(DATA)
        return path


@pytest.fixture(autouse=True)
def _transcript(vendor: ScriptedVendor) -> Iterator[None]:
    vendor.requests.clear()
    vendor.transcript = "We meet at the lighthouse"
    yield
    vendor.transcript = "Good morning"


@pytest.fixture(autouse=True)
def _types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TYPES, FileKind.AUDIO, "audio/webm")


@pytest.fixture
async def recordings(work: UnitOfWork, vendor: ScriptedVendor, tmp_path: Path) -> AsyncIterator[Recordings]:
    gateway = gateway_to(vendor)
    gateway.connect([], {"vllm/whisper-1": ModelChoiceView(transcribes=True)})
    storage = DiskStorage(tmp_path / "storage", bytes(32))
    recordings = Recordings(work, storage, Transcriber(work, gateway, storage), tmp_path)
    yield recordings
    await storage.aclose()
    await gateway.aclose()


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    return await make.room({Role.MASTER: aiko})


def told(events: list[object], message: MessageView) -> list[dict[str, Any]]:
    """The states of the transcript that viewers received, in order."""
    views = [each.message for each in events if isinstance(each, MessageChanged) and each.message.id == message.id]
    return [view.attachments[0].get("transcript") for view in views if view.attachments]


async def test_transcript_is_shown_found_and_read_by_models(
    do: Do, recordings: Recordings, room: Room, aiko: Actor, vendor: ScriptedVendor, events: list[object]
):
    message, file = await recordings.send(aiko, room, "Listen")
    await recordings.transcriber.transcribe(file.id)
    done = {"status": "done", "text": "We meet at the lighthouse"}
    assert told(events, message) == [None, {"status": "pending"}, done]
    assert DATA in vendor.requests[-1].body["form"]
    found = await do(aiko, search_messages, SearchFilter(text="lighthouse"))
    assert [hit.message.id for hit in found.hits] == [message.id]
    assert any(part.hit and part.text.lower() == "lighthouse" for part in found.hits[0].excerpt)
    assert [hit.message.id for hit in (await do(aiko, search_messages, SearchFilter(text="Listen"))).hits] == [
        message.id
    ]
    async with recordings.work.begin(aiko) as ctx:
        texts = await read_texts(ctx, [file.id], 32_000)
    [heard] = prompt_files(found.hits[0].message.attachments)
    said = FileLines([SimpleNamespace(files=[heard])], len, str, Contents(texts), 1_000).of(
        SimpleNamespace(files=[heard])
    )
    assert said.splitlines()[1:] == ["We meet at the lighthouse", "[Parley: end of file 1]"]
    assert "what is said in it, written down by a model, follows" in said
    vendor.requests.clear()
    await recordings.transcriber.transcribe(file.id)  # a job may come twice
    assert vendor.requests == []


async def test_a_failure_is_told_and_tried_again(
    do: Do, recordings: Recordings, room: Room, aiko: Actor, vendor: ScriptedVendor, events: list[object]
):
    message, file = await recordings.send(aiko, room)
    vendor.transcript = 429
    await recordings.transcriber.transcribe(file.id)
    assert told(events, message)[-1] == {"status": "failed", "error": "llm_rate_limited"}
    vendor.transcript = ""
    await do(aiko, retry_transcript, file.id)
    await recordings.transcriber.transcribe(file.id)
    assert told(events, message)[-1] == {"status": "done", "text": ""}


async def test_a_transcript_is_paid_by_its_length(
    do: Do, recordings: Recordings, room: Room, aiko: Actor, vendor: ScriptedVendor, events: list[object]
):
    work = recordings.work
    message, file = await recordings.send(aiko, room, seconds=90.0, size=500_000)
    work.policy = replace(work.policy, billing="on")
    await recordings.transcriber.transcribe(file.id)
    assert told(events, message)[-1] == {"status": "failed", "error": "insufficient_balance"}
    assert vendor.requests == []
    async with work.begin() as ctx:
        await credit(ctx, aiko.user_id, 10**9, "grant", "g")
    await do(aiko, retry_transcript, file.id)
    await recordings.transcriber.transcribe(file.id)
    assert told(events, message)[-1]["status"] == "done"
    async with work.begin() as ctx:
        used = (await ctx.db.scalars(select(TokenUsage))).one()
    assert (used.work, used.cost, used.charged) == ("transcript", 9_000, 9_000_000), "0.006 dollars a minute"
    assert await balance(work, aiko.user_id) == (10**9 - 9_000_000, 0)


@pytest.mark.parametrize(
    ("said", "size", "mime_type", "paid"),
    [
        (None, 12_000, "audio/webm", 2.0),
        (1.5, 12_000, "audio/webm", 1.5),
        (1.0, 16_000_000, "audio/webm", 1_000.0),  # a second, as who has sent it says
        (1.0, 16_000_000, "audio/mpeg", 400.0),
        (100.0, 17_640_000, "audio/wav", 100.0),
        (1e6, 10_000, "audio/webm", 20.0),  # days, of which somebody else would pay each minute
    ],
)
def test_a_recording_is_paid_for_as_long_as_its_size_allows(said: float, size: int, mime_type: str, paid: float):
    assert seconds_of(said, size, mime_type) == paid


async def test_attempts_to_write_down_again_are_limited(do: Do, recordings: Recordings, room: Room, aiko: Actor):
    _, file = await recordings.send(aiko, room)
    for _ in range(RETRIES.amount):
        await do(aiko, retry_transcript, file.id)
    with pytest.raises(RateLimited):
        await do(aiko, retry_transcript, file.id)


async def test_recording_hidden_from_models_is_not_transcribed(
    do: Do, recordings: Recordings, make: Factory, room: Room, aiko: Actor, vendor: ScriptedVendor, events: list[object]
):
    (deleted, one), (hidden, two), (_, four) = [await recordings.send(aiko, room) for _ in range(3)]
    await do(aiko, delete_message, deleted.id)
    await do(aiko, exclude_from_ai, hidden.id)
    await do(aiko, exclude_file_from_ai, four.id)
    silent = await make.room({Role.MASTER: aiko}, ai_rule="never")
    _, three = await recordings.send(aiko, silent)
    unsent = await make_file(recordings.work, room, aiko, "a.webm", kind=FileKind.AUDIO)
    events.clear()
    for file in (one, two, three, four, unsent):
        await recordings.transcriber.transcribe(file.id)
    assert (vendor.requests, events) == ([], [])


async def test_without_a_model_nothing_is_transcribed(
    work: UnitOfWork, recordings: Recordings, room: Room, aiko: Actor, vendor: ScriptedVendor, events: list[object]
):
    gateway = gateway_to(vendor)
    message, file = await recordings.send(aiko, room)
    await Transcriber(work, gateway, recordings.storage).transcribe(file.id)
    await gateway.aclose()
    assert told(events, message) == [None]


async def test_jobs_are_for_recordings_of_bearable_size(do: Do, recordings: Recordings, room: Room, aiko: Actor):
    for size in (1_000, RECORDING_BYTES, RECORDING_BYTES + 1):
        await recordings.send(aiko, room, size=size)
    async with recordings.work.begin() as ctx:
        jobs = await (await ctx.driver()).execute("SELECT 1 FROM procrastinate_jobs WHERE task_name = 'transcribe'")
        assert len(await jobs.fetchall()) == 2
