"""Dictation is transcribed for the person who speaks, and not stored."""

import asyncio
import errno
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.core.access.permissions import Role
from chat_app.core.ai.errors import DictationOff
from chat_app.core.ai.ports.gateway import LlmError
from chat_app.core.ai.transcription.dictating import AT_ONCE, DICTATION_BYTES, DICTATIONS, Dictation
from chat_app.core.billing.errors import InsufficientBalance
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.tables import TokenUsage
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.files.attached.transcripts import TRANSCRIPT_MAX
from chat_app.core.files.errors import FileRefused, FileTooLarge, StorageFull
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotAllowed, RateLimited
from chat_app.core.messages.tables import Message
from chat_app.core.rooms.errors import AiIsOff, RoomNotFound
from tests.adapters.media import made
from tests.core.ai.conftest import gateway_to
from tests.core.billing.ledger import balance
from tests.support.factory import Factory
from tests.vendor.server import ScriptedVendor

SOUND = made.mp4(video=False)


def sent(data: bytes) -> Callable[[], Awaitable[bytes]]:
    """A client's data, as it is received."""

    async def receive() -> bytes:
        return data

    return receive


async def never() -> bytes:
    """Data that must not be received."""
    raise AssertionError


@pytest.fixture(autouse=True)
def _said(vendor: ScriptedVendor) -> Iterator[None]:
    vendor.requests.clear()
    vendor.transcript = "Meet me at the lighthouse"
    yield
    vendor.transcript = "Good morning"


@pytest.fixture(scope="module")
async def examiner() -> AsyncIterator[ProcessExaminer]:
    examiner = ProcessExaminer()
    yield examiner
    await examiner.aclose()


@pytest.fixture
async def dictation(work: UnitOfWork, vendor: ScriptedVendor, examiner: ProcessExaminer) -> AsyncIterator[Dictation]:
    gateway = gateway_to(vendor)
    gateway.connect([], {"vllm/whisper-1": ModelChoiceView(transcribes=True)})
    yield Dictation(work, gateway, examiner)
    await gateway.aclose()


async def test_dictation_is_written_down_and_not_kept(
    dictation: Dictation, work: UnitOfWork, make: Factory, aiko: Actor, vendor: ScriptedVendor
):
    room = await make.room({Role.MASTER: aiko})
    for place in (room.id, None):
        assert await dictation.dictate(aiko, place, sent(SOUND), "audio/mp4") == {"text": "Meet me at the lighthouse"}
    form = vendor.requests[-1].body["form"]
    assert SOUND in form
    assert b'filename="recording.m4a"' in form
    async with work.begin() as ctx:
        assert await ctx.db.scalar(select(func.count()).select_from(Attachment)) == 0
        assert await ctx.db.scalar(select(func.count()).select_from(Message)) == 0


async def test_dictation_is_paid_by_the_minute_by_whoever_pays_in_its_room(
    dictation: Dictation, work: UnitOfWork, make: Factory, aiko: Actor, vendor: ScriptedVendor
):
    work.policy = replace(work.policy, billing="on")
    ben = await make.actor()
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko})
    for place in (room.id, None):
        with pytest.raises(InsufficientBalance):
            await dictation.dictate(aiko, place, sent(SOUND), "audio/mp4")
    assert vendor.requests == []
    async with work.begin() as ctx:
        for who in (aiko, ben):
            await credit(ctx, who.user_id, 10**9, "grant", str(who.user_id))
    for place in (room.id, None):
        await dictation.dictate(aiko, place, sent(SOUND), "audio/mp4")
    async with work.begin() as ctx:
        used = (await ctx.db.scalars(select(TokenUsage).order_by(TokenUsage.id))).all()
    assert [(each.work, each.payer_id, each.asker_id) for each in used] == [
        ("dictation", ben.user_id, aiko.user_id),
        ("dictation", aiko.user_id, aiko.user_id),
    ]
    assert used[0].cost > 0
    for who in (aiko, ben):
        assert await balance(work, who.user_id) == (10**9 - used[0].cost * 1000, 0)


async def test_dictation_needs_a_room_where_one_may_write_and_ai_is_on(
    dictation: Dictation, make: Factory, aiko: Actor, vendor: ScriptedVendor
):
    reader, stranger = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.READER: reader})
    silent = await make.room({Role.MASTER: aiko}, ai_rule="never")
    for who, place, error in (
        (reader, room, NotAllowed),
        (stranger, room, RoomNotFound),
        (aiko, silent, AiIsOff),
    ):
        with pytest.raises(error):
            await dictation.dictate(who, place.id, never, "audio/mp4")
    assert vendor.requests == []


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileRefused),
        (b"<html>", FileRefused),
        (made.mp4(), FileRefused),  # a video
        (bytes(DICTATION_BYTES + 1), FileTooLarge),
    ],
)
async def test_file_that_is_no_recording_is_refused(
    dictation: Dictation, aiko: Actor, vendor: ScriptedVendor, data: bytes, error: type[FileRefused]
):
    with pytest.raises(error):
        await dictation.dictate(aiko, None, sent(data), "audio/mp4")
    assert vendor.requests == []


async def test_failure_of_a_model_is_reported(dictation: Dictation, aiko: Actor, vendor: ScriptedVendor):
    vendor.transcript = 500
    with pytest.raises(LlmError):
        await dictation.dictate(aiko, None, sent(SOUND), "audio/mp4")


async def test_full_disk_is_told(dictation: Dictation, aiko: Actor, monkeypatch: pytest.MonkeyPatch):
    def fail(**_: object) -> str:
        raise OSError(errno.ENOSPC, "a disk that is full")

    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    with pytest.raises(StorageFull):
        await dictation.dictate(aiko, None, sent(SOUND), "audio/mp4")


async def test_without_a_model_dictation_is_off(
    work: UnitOfWork, vendor: ScriptedVendor, examiner: ProcessExaminer, aiko: Actor
):
    gateway = gateway_to(vendor)
    with pytest.raises(DictationOff):
        await Dictation(work, gateway, examiner).dictate(aiko, None, never, "audio/mp4")
    await gateway.aclose()


async def test_dictations_are_limited(dictation: Dictation, aiko: Actor):
    for _ in range(DICTATIONS.amount):
        await dictation.dictate(aiko, None, sent(SOUND), "audio/mp4")
    with pytest.raises(RateLimited):
        await dictation.dictate(aiko, None, never, "audio/mp4")


async def test_few_recordings_of_one_person_are_held_at_once(dictation: Dictation, aiko: Actor, make: Factory):
    begun, ended = [asyncio.Event() for _ in range(AT_ONCE)], asyncio.Event()

    def slow(one: asyncio.Event) -> Callable[[], Awaitable[bytes]]:
        async def receive() -> bytes:
            one.set()
            await ended.wait()
            return SOUND

        return receive

    said = [asyncio.create_task(dictation.dictate(aiko, None, slow(one), "audio/mp4")) for one in begun]
    for one in begun:
        await one.wait()
    with pytest.raises(RateLimited):
        await dictation.dictate(aiko, None, never, "audio/mp4")
    other = await make.actor()
    assert (await dictation.dictate(other, None, sent(SOUND), "audio/mp4"))["text"]
    ended.set()
    assert all(each["text"] for each in await asyncio.gather(*said))
    assert (await dictation.dictate(aiko, None, sent(SOUND), "audio/mp4"))["text"]


async def test_unstorable_characters_are_removed_from_a_transcript(
    dictation: Dictation, aiko: Actor, vendor: ScriptedVendor
):
    vendor.transcript = "a\x00b\ud800 " + "c" * TRANSCRIPT_MAX
    assert await dictation.dictate(aiko, None, sent(SOUND), "audio/mp4") == {"text": "ab " + "c" * (TRANSCRIPT_MAX - 3)}
