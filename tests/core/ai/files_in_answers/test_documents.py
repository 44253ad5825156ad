"""Documents of messages are included in prompts; hidden files are not."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.answers.beginning import begin_run
from chat_app.core.ai.asking.commands import regenerate_answer
from chat_app.core.ai.context.reading.given import given_context
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.preview.context import preview_context
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.files.commands import delete_file
from chat_app.core.files.kinds import FileKind
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.commands import delete_message
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.marks.commands import exclude_from_ai
from chat_app.core.rooms.tables import AiRule, Room
from tests.core.ai.conftest import Ai, run_of, without_time
from tests.core.ai.files_in_answers.sending import BLIND, Album, Sender, last
from tests.support.factory import Factory
from tests.support.files import make_file
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow

pytestmark = pytest.mark.slow

SEEING = ModelInfo("vllm/seeing", "Seeing", "V", context_window=32_000, max_output=1_000, abilities=("vision",))


async def test_a_document_is_given_with_its_text(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    plan = await make_file(work, room, aiko, "plan.pdf", "Dig a hole.", "Fill it.")
    await sender.ask(aiko, room, "What is planned? [[tokens 1]]", plan)
    assert without_time(last(vendor)) == (
        'Aiko: [Parley: file 1: "plan.pdf", PDF, 2 pages; its text follows]\n'
        "[Parley: page 1 of file 1]\nDig a hole.\n[Parley: page 2 of file 1]\nFill it.\n[Parley: end of file 1]\n"
        "What is planned? [[tokens 1]]"
    )


async def test_the_pages_of_a_scan_are_given_to_a_model_that_sees(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor, album: Album
):
    scan = await make_file(work, room, aiko, "scan.pdf", "", " ")
    await sender.ask(aiko, room, "What is said? [[tokens 1]]", scan)
    assert "2 pages; no text was found in it; its pages are attached as pictures]" in last(vendor)
    assert len(vendor.requests[-1].images) == 2
    album.lost, before = {scan.id}, len(album.asked)
    await sender.ask(aiko, room, "And now? [[tokens 1]]")
    assert "no text was found in it; it could not be loaded]" in str(vendor.requests[-1].turns)
    assert len(album.asked) == before + 1, "each may take long"
    assert vendor.requests[-1].images == []


async def test_a_long_document_is_read_as_far_as_the_window_may_need_it(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    log = await make_file(work, room, aiko, "a.log", "word " * 200_000, kind=FileKind.TEXT, page_count=None)
    book = await make_file(work, room, aiko, "book.pdf", *[f"{n} " + "word " * 800 for n in range(1, 40)])
    await sender.ask(aiko, room, "Sum it up [[tokens 1]]", book, log)
    told = last(vendor)
    assert '"book.pdf", PDF, 39 pages; pages 1 to ' in told
    assert "to 39 are left out for want of space]" in told
    assert '"a.log", text; the' in told or '"a.log", text; its text is left out for want of space]' in told
    assert 40_000 < len(told) < 32_768 * 4 // 2
    await sender.ask(aiko, room, "And this? [[tokens 1]]", await make_file(work, room, aiko, "b.pdf", "Short."))
    assert "Short." in last(vendor)


@pytest.mark.parametrize("how", ["hidden", "deleted", "message deleted", "before the cutoff"])
async def test_no_file_is_given_that_models_may_not_see(
    sender: Sender, do: Do, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor, album: Album, how: str
):
    await do(aiko, set_ai, [], room.id, rule="never")
    plan = await make_file(work, room, aiko, "plan.pdf", "tulip")
    cat = await make_file(work, room, aiko, "cat.png")
    said = await sender.send(aiko, room, "See", plan, cat)
    later = await sender.send(aiko, room, "Fine weather")
    await do(aiko, set_ai, [], room.id, rule="always")
    if how == "hidden":
        await do(aiko, exclude_from_ai, said.id)
    elif how == "deleted":
        await do(aiko, delete_file, plan.id)
        await do(aiko, delete_file, cat.id)
    elif how == "message deleted":
        await do(aiko, delete_message, said.id)
    else:
        await do(aiko, set_ai, [], room.id, cutoff=(later.at,))
    await sender.ask(aiko, room, "What do you know? [[image]]")
    told = "\n".join(text for _, text in vendor.requests[-1].turns)
    assert "weather" in told
    assert "tulip" not in told
    assert ".png" not in told
    assert album.asked == []


async def test_file_hidden_after_the_run_began_is_not_read(
    sender: Sender, do: Do, work: UnitOfWork, aiko: Actor, room: Room, new_ai: Callable[..., Ai]
):
    await sender.ai.stop()
    plan = await make_file(work, room, aiko, "plan.pdf", "tulip")
    question = await sender.send(aiko, room, "See", plan)
    told = [event.message for event in sender.ai.events if isinstance(event, MessageChanged)]
    run = await run_of(work, next(each for each in told if each.seq == question.seq + 1))
    await sender.ai.writer.claim(1)
    claim = await do(None, begin_run, run.id, SEEING.id)
    await do(aiko, exclude_from_ai, question.id)
    prompt, _ = await sender.ai.writer._prompts.build(claim, SEEING, ())
    assert "tulip" not in prompt.messages[-1].content


async def test_an_answer_that_is_written_again_is_given_the_files_again(
    sender: Sender, do: Do, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    answer = await sender.ask(aiko, room, "See [[image]]", await make_file(work, room, aiko, "cat.png"))
    await sender.ai.ended(await do(aiko, regenerate_answer, answer.id))
    assert len(vendor.requests[-1].images) == 1


async def test_the_preview_counts_files_and_those_that_are_chosen(
    sender: Sender, do: Do, work: UnitOfWork, aiko: Actor, room: Room, make: Factory
):
    cat, dog = [await make_file(work, room, aiko, name) for name in ("cat.png", "dog.png")]
    answer = await sender.ask(aiko, room, "See [[tokens 1]]", cat)
    assert (await do(aiko, given_context, answer.id))["files"] == 1
    blind, seeing = [await do(aiko, preview_context, [BLIND, SEEING], room.id, model=m.id) for m in (BLIND, SEEING)]
    assert blind["files"] == seeing["files"] == 1
    assert 600 < seeing["tokens"] - blind["tokens"] < 700
    with_dog = await do(aiko, preview_context, [SEEING], room.id, attachments=[str(dog.id)])
    assert with_dog["files"] == 2
    assert 640 < with_dog["tokens"] - seeing["tokens"] < 720
    plan = await make_file(work, room, aiko, "plan.pdf", "word " * 4_000)
    with_plan = await do(aiko, preview_context, [SEEING], room.id, attachments=[str(plan.id)])
    assert 5_000 < with_plan["tokens"] - seeing["tokens"] < 5_100
    ben = await make.actor()
    await make.join(room, ben)
    for actor, chosen in ((ben, dog.id), (aiko, cat.id), (aiko, uuid4()), (aiko, "x")):
        with refused("attachment_not_found"):
            await do(actor, preview_context, [SEEING], room.id, attachments=[str(chosen)])


async def test_a_room_is_named_after_files_by_their_names(
    sender: Sender, work: UnitOfWork, aiko: Actor, make: Factory, vendor: ScriptedVendor
):
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, auto_named=True)
    await sender.ask(aiko, room, "", await make_file(work, room, aiko, "plan.pdf", "tulip", caption="Spring"))
    request = await until(lambda: vendor.requests[1] if len(vendor.requests) > 1 else None)
    assert '"plan.pdf", PDF, 1 page, captioned "Spring"' in request.turns[-1][1]
    assert "tulip" not in request.turns[-1][1]
