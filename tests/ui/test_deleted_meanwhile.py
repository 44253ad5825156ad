"""Messages to assistants that are deleted between looking for them and writing."""

from typing import Any
from uuid import uuid4

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.posts import writing
from chat_app.core.assistants.commands import create_assistant, delete_assistant
from chat_app.core.messages.queries import history
from tests.support.factory import Factory
from tests.support.use_cases import Do
from tests.ui.conftest import Come, call


async def test_message_to_an_assistant_that_was_just_deleted_is_refused_with_its_nonce(
    parts: Runtime, make: Factory, come: Come, monkeypatch: pytest.MonkeyPatch
):
    do, aiko = Do(parts.work), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    critic = await do(aiko, create_assistant, "critic", "Critic")
    tab, found = await come(aiko, room), writing.look_up

    async def look_up(*args: Any) -> Any:
        known = await found(*args)
        await do(aiko, delete_assistant, critic.id)
        return known

    monkeypatch.setattr(writing, "look_up", look_up)
    what = {"room": str(room.id), "text": "@critic look", "nonce": (nonce := str(uuid4())), "reply_to": ""}
    await call(tab.sid, aiko, f"/r/{room.id}", "send", **what)
    [told] = [op for op in await tab.heard() if op["t"] == "refused"]
    assert (told["about"], told["code"]) == (nonce, "conflict")
    assert (await do(aiko, history, room.id)).messages == []
    monkeypatch.undo()
    await call(tab.sid, aiko, f"/r/{room.id}", "send", **what)
    assert [each.text for each in (await do(aiko, history, room.id)).messages] == ["@critic look"]
