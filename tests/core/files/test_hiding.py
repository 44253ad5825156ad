"""Files that are hidden from models, and the space that files take."""

from uuid import UUID

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.context.reading.file_texts import read_texts
from chat_app.core.ai.context.shapes.files import prompt_files
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.usage import own_space, room_space
from chat_app.core.kernel.context import Context
from chat_app.core.messages.queries import history
from tests.core.files.conftest import Desk, png
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


async def test_models_do_not_see_a_hidden_file(do: Do, make: Factory, desk: Desk, posting: Posting):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    memo, plan = [await desk.file(ben, room, b"The code is 4711", name) for name in ("memo.txt", "plan.txt")]
    await do(ben, exclude_file_from_ai, memo["id"])  # before it is sent
    sent = await posting.post(ben, room.id, "Two files", attachments=[memo["id"], plan["id"]])
    assert [(each.name, each.number) for each in prompt_files(sent.attachments)] == [("plan.txt", 2)]
    await do(aiko, exclude_file_from_ai, plan["id"])
    await do(ben, exclude_file_from_ai, memo["id"], on=False)
    [shown] = (await do(aiko, history, room.id)).messages
    assert [each.name for each in prompt_files(shown.attachments)] == ["memo.txt"]
    assert shown.rev > sent.rev
    ids = [UUID(each["id"]) for each in (memo, plan)]
    assert list(await do(aiko, _texts, ids)) == ids[:1]  # also where they were asked for before


async def _texts(ctx: Context, ids: list) -> dict:
    return await read_texts(ctx, ids, 10_000)


async def test_the_space_of_files_is_told(do: Do, make: Factory, desk: Desk):
    aiko, ben = await make.actor(), await make.actor()
    room, other = [await make.room({Role.MASTER: aiko, Role.MEMBER: ben}) for _ in "12"]
    one = await desk.file(aiko, room, png((9, 9)))
    two = await desk.file(ben, room, png((30, 30)))
    three = await desk.file(aiko, other, png((60, 60)))
    assert await do(ben, room_space, room.id) == {"used": one["size"] + two["size"], "quota": None}
    assert await do(aiko, own_space) == {"used": one["size"] + three["size"], "quota": None}
    assert await code_of(do(await make.actor(), room_space, room.id)) == "room_not_found"
