"""REST, the live feed, the pages' vars and the browser's types use one set of keys per thing."""

from typing import get_args, get_type_hints

import pytest
from pydantic import TypeAdapter

from chat_app.adapters.llm.demo.gateway import DemoGateway
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.direct.commands import start_direct_chat
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.kernel.ids import new_id
from chat_app.core.live import snapshots
from chat_app.core.live.arrival import arrival
from chat_app.core.live.ops.models import models_op
from chat_app.core.live.ports import Op
from chat_app.core.live.wire import SHAPES, AnyOp
from chat_app.core.messages.marks.commands import pin_message, react, star_message
from chat_app.core.prompts.commands import create_prompt
from chat_app.ui.live.room_shapes import GroupVar, LinkVar, ModelVar, RoomBriefVar
from chat_app.ui.live.shapes import MemberVar, PersonVar
from scripts.browser import types
from tests.support.api import the_api
from tests.support.factory import Factory
from tests.support.use_cases import Do

WIRE = TypeAdapter(AnyOp)
NAMED = {shape.__name__: shape for shape in SHAPES}
VARS = {
    PersonVar: ("PersonJson", ()),
    MemberVar: ("MemberJson", ()),
    RoomBriefVar: ("RoomBriefJson", ()),
    ModelVar: ("ModelNameJson", ()),
    GroupVar: ("GroupSizeJson", ()),
    LinkVar: ("LinkJson", ("address", "made")),
}
"""The vars that the browser passes on unchanged, but for additional keys. The others are rows that it makes."""


@pytest.mark.parametrize("var", VARS, ids=lambda var: var.__name__)
def test_vars_have_the_fields_of_their_shapes(var: type):
    name, added = VARS[var]
    hints = get_type_hints(var)
    assert {key: hint for key, hint in hints.items() if key not in added} == get_type_hints(NAMED[name])


@pytest.mark.slow
def test_every_shape_in_rest_is_one_of_the_wire():
    described = types()
    for name, schema in the_api().openapi()["components"]["schemas"].items():
        if name.endswith("Json"):
            assert f"export interface {name} {{" in described, f"name {name} in chat_app/core/live/wire.py"
            own = described.split(f"export interface {name} {{\n")[1].split("\n}")[0].splitlines()
            assert [line.split(":")[0].strip(" ?") for line in own] == list(schema["properties"])


def as_described(op: Op) -> bool:
    """Return whether an op has exactly the keys of its shape."""
    return bool(WIRE.validate_python(op) == op)


async def test_snapshots_are_as_described(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    sent = await do(ben, post_message, room.id, f"Hello @{aiko.person.username}")
    await do(ben, post_message, room.id, "Yes", reply_to=str(sent.id))
    for mark, *rest in ((react, "🎉"), (pin_message,), (star_message,)):
        await do(aiko, mark, sent.id, *rest)
    await do(aiko, create_invite_link, room.id, hours=1)
    await do(aiko, invite, room.id, (await make.actor()).person.username)
    group = await do(aiko, create_group, "Friends")
    await do(aiko, add_to_group, group.id, ben.person.username)
    await do(aiko, start_direct_chat, ben.person.username)
    wanted = [(getattr(snapshots, f"{name}_op"), room.id) for name in ("room", "pins", "links", "bans", "invitations")]
    wanted += [(snapshots.presence_in_room_op, room.id), (snapshots.receipts_op, sent.id)]
    wanted += [(snapshots.older_op, room.id, 2), (snapshots.newer_op, room.id, 0), (snapshots.sync_op, room.id, 0)]
    wanted += [(snapshots.around_op, room.id, str(sent.id)), (snapshots.stars_op,)]
    prompts = [await do(aiko, create_prompt, name, text) for name, text in (("tea", "Tea"), ("cup", "A {{size}} cup"))]
    wanted += [(snapshots.prompts_op, ""), *((snapshots.prompt_op, each.id) for each in prompts)]
    wanted += [(snapshots.filled_op, prompts[1].id, {"size": "large"})]
    found = await do(aiko, arrival)
    assert found
    ops = [*[await do(aiko, *each) for each in wanted], *found.ops]
    ops.append(models_op(await DemoGateway(0).models(), new_id(), is_manager=False, message_max=8000))
    assert [op["t"] for op in ops if not as_described(op)] == []
    assert len({op["t"] for op in ops}) == len(ops) - 3  # presence twice, a prompt three times


def test_each_op_says_which_it_is():
    kinds = [get_args(get_type_hints(op)["t"])[0] for op in get_args(AnyOp)]
    assert sorted(kinds) == sorted(set(kinds))
