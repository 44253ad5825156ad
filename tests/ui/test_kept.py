"""The author of messages receives their ids with the nonces before the messages arrive."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.ids import new_id
from chat_app.core.live.ports import Op
from chat_app.core.rooms.tables import Room
from chat_app.ui.transport.sockets.sending import sockets
from tests.support.factory import Factory
from tests.ui.conftest import Come

pytestmark = pytest.mark.usefixtures("parts")


def message(room: Room, author: Actor, seq: int) -> Op:
    """A new message as the hub passes it on."""
    at = "2026-11-20T09:12:00.123+00:00"
    shape = {"id": f"M{seq}", "seq": seq, "rev": seq, "text": "Hello", "at": at, "author": author.person.as_json()}
    return {"t": "message", "room": str(room.id), "m": {**shape, "nonce": str(new_id())}}


@pytest.mark.parametrize("batches", [[(1, 2, 3)], [(3,), (1, 2)]], ids=["at once", "overtaken"])
async def test_author_knows_each_of_their_messages_before_it_comes(
    make: Factory, come: Come, batches: list[tuple[int, ...]]
):
    aiko = await make.actor()
    room = await make.room({Role.MASTER: aiko})
    tab, elsewhere = await come(aiko, room), await come(await make.actor())
    for seqs in batches:
        await sockets.deliver(f"room:{room.id}", [message(room, aiko, seq) for seq in seqs])
    heard = await tab.heard()
    for seq in (1, 2, 3):
        assert [op["t"] for op in heard if f"M{seq}" in (op.get("id"), op.get("m", {}).get("id"))] == [
            "kept",
            "message",
        ]
    assert elsewhere.idle
