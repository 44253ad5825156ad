"""Pictures that models draw: `/image` is a message, and its picture an answer."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from chat_app.adapters.llm.factory import Gateway
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import edit_question, post_message, regenerate_answer, start_chat
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.asking.publishing import publish_message
from chat_app.core.ai.drawing.names import file_name
from chat_app.core.ai.drawing.orders import check_order, order_in, prompt_in
from chat_app.core.ai.errors import ModelNotOffered, NothingToPublish, PictureInvalid
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.tables import AiRun
from chat_app.core.connections.ports import ModelChoiceView
from chat_app.core.files.objects.sweeping import sweep_files
from chat_app.core.files.queries import list_files
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import NotAllowed
from chat_app.core.kernel.ids import new_id
from chat_app.core.messages.commands import delete_message
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.search.queries import search_messages
from chat_app.core.search.rules import SearchFilter
from tests.core.ai.conftest import Ai
from tests.core.ai.drawing.conftest import DRAWER, drawn, told
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor

COSTLY = ModelInfo(DRAWER, "Flux", "Studio", 1, 1, abilities=("drawing",), admins_only=True)


async def test_a_picture_comes_as_a_file_of_an_answer(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, vendor: ScriptedVendor, work: UnitOfWork
):
    asked = await posting.post(aiko, room.id, "/image a red fox [[picture]]")
    assert asked.text == "/image a red fox [[picture]]"
    picture = await drawn(do, aiko, room)
    assert picture.answer is not None
    assert (picture.text, picture.answer.status, picture.answer.model) == ("a red fox [[picture]]", "complete", DRAWER)
    assert picture.answer.asker is not None
    assert picture.answer.asker.id == aiko.user_id
    [file] = picture.attachments
    assert (file["kind"], file["width"], file["height"], file["name"]) == ("image", 64, 48, "a-red-fox-picture.png")
    assert picture.as_json()["ai"]["drawing"] == {}
    assert vendor.requests[-1].body["prompt"] == "a red fox [[picture]]"
    async with work.begin() as ctx:
        run = await ctx.db.scalar(select(AiRun).where(AiRun.message_id == picture.id))
        row = await ctx.db.scalar(select(Attachment).where(Attachment.message_id == picture.id))
    assert run is not None
    assert (run.status, run.completion_tokens, run.drawings) == (
        "completed",
        1_000,
        [{"model": DRAWER, "cost": None, "prompt_tokens": 21, "completion_tokens": 1_000}],
    )
    assert row is not None
    assert row.uploader_id == aiko.user_id


async def test_cost_of_picture_follows_from_tokens(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, gateway: Gateway, work: UnitOfWork
):
    gateway.connect([], {DRAWER: ModelChoiceView(price_in=500, price_out=4_000)})
    await posting.post(aiko, room.id, "/image a fox")
    picture = await drawn(do, aiko, room)
    assert picture.answer is not None
    assert picture.answer.drawing == {"cost": (5 * 500 + 1_000 * 4_000) // 100}
    async with work.begin() as ctx:
        run = await ctx.db.scalar(select(AiRun).where(AiRun.message_id == picture.id))
    assert run is not None
    assert [note["cost"] for note in run.drawings or ()] == [run.cost] == [picture.answer.drawing["cost"]]


async def test_a_picture_is_found_listed_and_deleted_with_its_answer(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, storage: DiskStorage, work: UnitOfWork
):
    await posting.post(aiko, room.id, "/image a fox")
    picture = await drawn(do, aiko, room)
    found = await do(aiko, search_messages, SearchFilter("has:image"))
    assert [hit.message.id for hit in found.hits] == [picture.id]
    assert [each["name"] for each in (await do(aiko, list_files, room.id, storage)).items] == ["a-fox.png"]
    await do(aiko, delete_message, picture.id)
    assert not (await do(aiko, list_files, room.id, storage)).items
    assert await sweep_files(work, storage) == 1


async def test_a_model_with_eyes_sees_it_in_later_turns(
    ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    await posting.post(aiko, room.id, "/image a fox")
    picture = await drawn(do, aiko, room)
    await posting.post(aiko, room.id, "What is it? [[image]]", model="vllm/seeing-1")
    answer = await drawn(do, aiko, room)
    assert answer.id != picture.id
    assert answer.text.startswith("image/png")
    assert "flux-1: [Parley: file 1: " in vendor.requests[-1].turns[-1][1]


async def test_another_picture_makes_the_first_one_a_branch(ai: Ai, do: Do, posting: Posting, aiko: Actor, room: Room):
    await posting.post(aiko, room.id, "/image a fox")
    first = await drawn(do, aiko, room)
    await do(aiko, regenerate_answer, first.id)
    second = await drawn(do, aiko, room)
    assert second.answer is not None
    assert second.answer.branches == (1, 2)
    assert len(second.attachments) == 1
    assert second.attachments != first.attachments
    with pytest.raises(ModelNotOffered):
        await do(aiko, regenerate_answer, first.id, model="vllm/scripted")


async def test_a_private_chat_begins_with_a_picture_and_its_edit_draws_another(
    ai: Ai, do: Do, aiko: Actor, gateway: Gateway, vendor: ScriptedVendor
):
    drawers = await gateway.drawers()
    room = await do(aiko, start_chat, "/image a fox", nonce=new_id(), drawers=drawers)
    await drawn(do, aiko, room)
    question = (await told(do, aiko, room))[0]
    await do(aiko, edit_question, question.id, "/image a blue fox")
    again = await drawn(do, aiko, room)
    assert (again.text, vendor.requests[-1].body["prompt"]) == ("a blue fox", "a blue fox")


async def test_image_command_is_a_text_where_the_ai_is_off(
    ai: Ai, make: Factory, do: Do, posting: Posting, aiko: Actor
):
    room = await make.room({Role.MASTER: aiko}, ai_rule=AiRule.NEVER)
    await posting.post(aiko, room.id, "/image a fox")
    assert [each.text for each in await told(do, aiko, room)] == ["/image a fox"]
    with pytest.raises(NotAllowed):
        await posting.ask_for_picture(aiko, room.id, "a fox", model=None, size="", private=False, nonce=None)


async def test_an_aside_draws_too_and_its_picture_stays_there(
    ai: Ai, make: Factory, do: Do, posting: Posting, aiko: Actor, work: UnitOfWork
):
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: await make.actor()}, ai_rule=AiRule.MENTIONED)
    asked = await posting.ask_for_picture(
        aiko, room.id, " a fox ", model=DRAWER, size="96x64", private=True, nonce=new_id()
    )
    assert asked.text == "/image a fox"
    async with work.begin() as ctx:
        aside = await ctx.db.get_one(Room, asked.room_id)
    picture = await drawn(do, aiko, aside)
    assert (picture.attachments[0]["width"], picture.attachments[0]["height"]) == (96, 64)
    assert not await told(do, aiko, room)
    with pytest.raises(NothingToPublish):
        await do(aiko, publish_message, picture.id)


async def test_posts_without_a_model_that_draws_are_texts(do: Do, aiko: Actor, room: Room):
    said = await do(aiko, post_message, room.id, "/image a fox")
    assert said.text == "/image a fox"


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("/image a fox", "a fox"),
        (" ／IMAGE\n狐\n赤い ", "狐\n赤い"),
        ("/image", ""),
        ("/images of foxes", ""),
        ("see /image a fox", ""),
        ("/imagea", ""),
    ],
)
def test_a_prompt_is_read_from_the_beginning_of_a_text(text: str, prompt: str):
    assert prompt_in(text) == prompt


async def test_an_order_is_checked(aiko: Actor):
    free = replace(COSTLY, id="studio/free", admins_only=False)
    assert order_in("/image a fox", [COSTLY], aiko) is None
    assert check_order("a fox", [COSTLY, free], aiko).model == "studio/free"
    for wrong in ({"model": DRAWER}, {"model": "nobody"}):
        with pytest.raises(ModelNotOffered):
            check_order("a fox", [COSTLY, free], aiko, **wrong)
    for prompt, size in ((" ", ""), ("a", "1"), ("a", "63x64"), ("a", "64x9999"), ("a", "６４x64")):
        with pytest.raises(PictureInvalid):
            check_order(prompt, [free], aiko, size=size)


def test_a_file_is_named_by_the_first_words():
    assert file_name("赤い狐、 in/../the “snow”", "image/webp") == "赤い狐-inthe-snow.webp"
    assert file_name("…", "image/png") == "picture.png"
