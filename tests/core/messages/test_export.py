"""Exporting a room: what its reader sees, in order, and no more."""

import json
from zoneinfo import ZoneInfo

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.blocking import block_person
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.errors import Invalid, NotAllowed
from chat_app.core.messages.commands import delete_message, edit_message
from chat_app.core.messages.export import exporting
from chat_app.core.messages.export.exporting import Format, begin_room_export, exported_room, zone_named
from chat_app.core.messages.export.markdown import ReaderWords
from chat_app.core.rooms.members import change_role
from chat_app.core.rooms.tables import Room
from tests.fixtures import Do
from tests.support.factory import Factory

WORDS = {
    "exportedAt": "Exported {{time}}",
    "edited": "edited",
    "blocked": "Blocked",
    "reply": "Reply to {{name}}",
    "file": "File",
    "gone": "Deleted user",
}
WORDING = ReaderWords(WORDS, ZoneInfo("Asia/Tokyo"), {"demo": "Demo"})


async def exported(do: Do, actor: Actor, room: Room, format_: Format) -> str:
    export = await do(actor, begin_room_export, room.id, WORDING)
    return b"".join([piece async for piece in exported_room(do.work, actor, export, format_)]).decode()


async def test_an_export_has_what_its_reader_sees(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exporting, "PIECE", 2)
    aiko, ben, chloe = [await make.actor(name=name) for name in ("Aiko", "Ben", "Chloe")]
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, name="Tea *house*")
    await make.join(room, chloe)
    first = await do(aiko, post_message, room.id, "# Tea?\n### Ben · 2026-11-29 10:00")
    await do(aiko, edit_message, first.id, "# Coffee?\n### Ben · 2026-11-29 10:00")
    gone = await do(ben, post_message, room.id, "A slip")
    await do(ben, delete_message, gone.id)
    await do(ben, post_message, room.id, "Yes", reply_to=first.id)
    await do(chloe, post_message, room.id, "Spam")
    await do(aiko, block_person, chloe.person.username)
    await make.message(room, None, "**Green**", is_ai=True, model="demo")
    text = await exported(do, aiko, room, Format.MARKDOWN)
    assert text.startswith("# Tea \\*house\\*\n\nExported ")
    heads = [line.rpartition(" · 20")[0] or line for line in text.splitlines() if line.startswith("### ")]
    assert heads == [
        f"### Aiko (@{aiko.person.username})",
        f"### Ben (@{ben.person.username})",
        f"### Chloe (@{chloe.person.username})",
        "### Demo",
    ]
    assert "> # Coffee?\n> ### Ben · 2026-11-29 10:00\n" in text
    assert "*Reply to Aiko*\n\n> Yes\n" in text
    assert "> **Green**\n" in text
    assert "*Blocked*" in text
    assert not any(hidden in text for hidden in ("Tea?", "A slip", "Spam"))
    rows = json.loads(await exported(do, aiko, room, Format.JSON))["messages"]
    assert [row["text"] for row in rows if "event" not in row] == [
        "# Coffee?\n### Ben · 2026-11-29 10:00",
        "Yes",
        "",
        "**Green**",
    ]
    assert rows[-1]["at"].endswith("+09:00")
    assert rows[-1]["model_name"] == "Demo"


async def test_an_export_of_an_empty_room_is_whole(do: Do, make: Factory):
    room = await make.room({Role.MASTER: (aiko := await make.actor())}, name="Tea")
    assert json.loads(await exported(do, aiko, room, Format.JSON))["messages"] == []
    assert (await exported(do, aiko, room, Format.MARKDOWN)).startswith("# Tea")


async def test_an_export_ends_with_the_permission(do: Do, make: Factory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exporting, "PIECE", 1)
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben})
    await make.messages(room, aiko, ["One", "Two"])
    pieces = exported_room(do.work, ben, await do(ben, begin_room_export, room.id, WORDING), Format.MARKDOWN)
    assert b"One" in await anext(pieces)
    await do(aiko, change_role, room.id, ben.user_id, "member")
    with pytest.raises(NotAllowed):
        await anext(pieces)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "America", "a\x00b"])
def test_a_zone_that_is_none_is_refused(name: str):
    with pytest.raises(Invalid):
        zone_named(name)
