"""A room's parameters: their checks, and the part that models get."""

from typing import Any

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.room_settings import set_ai
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do
from tests.vendor.server import ScriptedVendor


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("temperature", value) for value in (-0.1, 2.1, float("nan"), "1", True)),
        *(("max_tokens", value) for value in (0, 15, 200_001, 100.5, True)),
        *(("reasoning_effort", value) for value in ("", "most", 1)),
        ("top_p", 1),
    ],
)
async def test_unknown_parameter_is_refused(do: Do, aiko: Actor, room: Room, field: str, value: object):
    number = field in ("temperature", "max_tokens")
    with refused("number_out_of_range" if number else "choice_invalid") as refusal:
        await do(aiko, set_ai, [], room.id, parameters={field: value})
    assert refusal.details["field"] == field


async def test_parameters_are_changed_one_by_one_and_removed(do: Do, aiko: Actor, room: Room):
    async def change(**parameters: object) -> dict[str, Any]:
        changed = await do(aiko, set_ai, [], room.id, parameters=parameters)
        return changed.as_json(None)["ai_parameters"]

    assert await change(temperature=1) == {"temperature": 1.0}
    assert await change(max_tokens=500, reasoning_effort="low") == {
        "temperature": 1.0,
        "max_tokens": 500,
        "reasoning_effort": "low",
    }
    assert await change(temperature=None, reasoning_effort=None) == {"max_tokens": 500}
    assert await change() == {"max_tokens": 500}


async def test_parameters_take_the_right_to_manage_the_ai(do: Do, make: Factory, aiko: Actor):
    ben = await make.actor()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben})
    with refused("not_allowed"):
        await do(ben, set_ai, [], room.id, parameters={"temperature": 1})


async def test_only_supported_parameters_are_sent(ai: Ai, aiko: Actor, room: Room, vendor: ScriptedVendor):
    await ai.ended(await ai.ask(aiko, room, "Hello"))
    parameters = {"temperature": 0.25, "max_tokens": 100_000, "reasoning_effort": "low"}
    await ai.do(aiko, set_ai, [], room.id, parameters=parameters)
    await ai.ended(await ai.ask(aiko, room, "Hello"))
    before, after = [request.body for request in vendor.requests]
    assert not {"temperature", "max_tokens", "reasoning_effort"} & set(before)
    assert (after["temperature"], after["max_tokens"]) == (0.25, 4096), "no longer than the model's longest answer"
    assert "reasoning_effort" not in after, "which this model is not known to have"
