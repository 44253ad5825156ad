"""Pictures of messages are included in prompts, for models that see."""

from uuid import uuid4

import pytest

from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.events import MessageChanged
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai, gateway_to, without_time
from tests.core.ai.files_in_answers.sending import BLIND, BYTES, Album, Sender, last
from tests.support.files import make_file
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.recorded import told_of
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow


def picture_bytes(name: str) -> bytes:
    return BYTES + name.encode()


def complete(ai: Ai) -> list[MessageView]:
    """Return the answers that have come to their end."""
    told = [event.message for event in ai.events if isinstance(event, MessageChanged)]
    return [each for each in told if each.answer and each.answer.status == "complete"]


async def test_a_model_that_sees_is_given_the_pictures(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, album: Album
):
    cat, dog = [await make_file(work, room, aiko, name) for name in ("cat.png", "dog.png")]
    answer = await sender.ask(aiko, room, "Which? [[image]]", cat, dog)
    assert answer.text == ", ".join(told_of("image/png", picture_bytes(name)) for name in ("cat.png", "dog.png"))
    assert set(album.asked) == {cat.id, dog.id}


async def test_a_message_may_be_a_picture_alone(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    await sender.ask(aiko, room, "", await make_file(work, room, aiko, "cat.png", caption="Our cat"))
    assert without_time(last(vendor)) == (
        'Aiko: [Parley: file 1: "cat.png", PNG picture, 800 × 600, captioned "Our cat"; it is attached]'
    )
    assert len(vendor.requests[-1].images) == 1


async def test_a_model_that_cannot_see_is_told_so_and_nothing_is_loaded(
    sender: Sender, do: Do, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor, album: Album
):
    await do(aiko, set_ai, [BLIND], room.id, model=BLIND.id)
    answer = await sender.ask(aiko, room, "See? [[image]]", await make_file(work, room, aiko, "cat.png"))
    assert answer.text == "no picture"
    assert "you can't see it]" in last(vendor)
    assert album.asked == []


async def test_several_models_are_asked_about_several_pictures(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor
):
    files = [await make_file(work, room, aiko, name) for name in ("cat.png", "dog.png")]
    gateway = gateway_to(vendor)
    asked = "@seeing @blind Which? [[image]]"
    await Posting(work, gateway).post(aiko, room.id, asked, nonce=uuid4(), attachments=[str(each.id) for each in files])
    ended = await until(lambda: (found := complete(sender.ai)) and len(found) == 2 and found)
    await gateway.aclose()
    both = ", ".join(told_of("image/png", picture_bytes(file.name)) for file in files)
    assert {each.answer.model.partition("/")[2]: each.text for each in ended} == {"seeing": both, "blind": "no picture"}


async def test_the_answer_goes_on_without_a_picture_that_is_lost(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor, album: Album
):
    cat, dog = [await make_file(work, room, aiko, name) for name in ("cat.png", "dog.png")]
    album.lost.add(cat.id)
    answer = await sender.ask(aiko, room, "Which? [[image]]", cat, dog)
    assert answer.text == told_of("image/png", picture_bytes("dog.png"))
    assert '"cat.png", PNG picture, 800 × 600; it could not be loaded]' in last(vendor)
    assert '"dog.png", PNG picture, 800 × 600; it is attached]' in last(vendor)
    assert sorted(album.asked) == sorted([cat.id, dog.id])


async def test_pictures_of_a_prompt_take_so_many_bytes_at_most(
    sender: Sender, work: UnitOfWork, aiko: Actor, room: Room, vendor: ScriptedVendor, album: Album
):
    album.size = 3_400_000
    cats = [await make_file(work, room, aiko, f"{n}.png") for n in range(6)]
    await sender.ask(aiko, room, "Which? [[tokens 1]]", *cats)
    assert len(vendor.requests[-1].images) == 4
    assert last(vendor).count("it could not be loaded") == 2
