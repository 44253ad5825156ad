"""AI rights that a room decides about."""

import pytest

from chat_app.core.access.permissions import AI_RIGHTS, Role
from chat_app.core.ai.asking.commands import ask_in_room
from chat_app.core.rooms.access import access_room, room_changed
from chat_app.core.rooms.commands import set_ai_rights, set_room_ai
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do

DEFAULTS = {right.value: role.value for right, role in AI_RIGHTS.items()}


async def test_a_right_is_given_and_taken(do: Do, make: Factory, events: list[object]):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.GUEST: ben})
    with refused("not_allowed"):
        await do(ben, ask_in_room, room.id)
    access = await do(aiko, set_ai_rights, room.id, {"ask_ai": "guest"})
    assert events == [room_changed(access.room)]
    assert dict(access.view().ai_rights) == DEFAULTS | {"ask_ai": "guest"}
    await do(ben, ask_in_room, room.id)
    assert "ask_ai" in (await do(ben, access_room, room.id, "view")).permissions()
    await do(aiko, set_ai_rights, room.id, {"ask_ai": "master"})
    with refused("not_allowed"):
        await do(ben, ask_in_room, room.id)


async def test_back_to_the_default_leaves_nothing_behind(do: Do, make: Factory):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    await do(aiko, set_ai_rights, room.id, {"ask_ai": "guest", "choose_model": "member"})
    access = await do(aiko, set_ai_rights, room.id, DEFAULTS)
    assert access.room.ai_rights == {}


async def test_model_and_rule_are_two_rights(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    await do(aiko, set_ai_rights, room.id, {"choose_model": "member"})
    assert (await do(ben, set_room_ai, room.id, model="demo")).room.ai_model == "demo"
    for change in ({"rule": "never"}, {"rule": "never", "model": "demo"}, {}):
        with refused("not_allowed"):
            await do(ben, set_room_ai, room.id, **change)


async def test_permission_that_the_actor_lacks_cannot_be_changed(do: Do, make: Factory):
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.ADMIN: ben})
    with refused("not_allowed"):
        await do(ben, set_ai_rights, room.id, {"ask_ai": "master"})
    await do(aiko, set_ai_rights, room.id, {"choose_model": "master"})
    with refused("not_allowed"):
        await do(ben, set_ai_rights, room.id, {"choose_model": "member"})
    await do(aiko, set_ai_rights, room.id, {"manage_ai": "master"})
    with refused("not_allowed"):
        await do(ben, set_ai_rights, room.id, {"manage_ai": "admin"})


@pytest.mark.parametrize(
    "rights", [{"ask_ai": "reader"}, {"ask_ai": "emperor"}, {"ask_ai": "\x00"}, {"send": "guest"}, {"": "guest"}]
)
async def test_invalid_rights_are_refused(do: Do, make: Factory, rights: dict[str, str]):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    with refused("choice_invalid"):
        await do(aiko, set_ai_rights, room.id, rights)
