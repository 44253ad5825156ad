"""The queries of one invitation."""

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.kernel.context import UnitOfWork
from chat_app.ui.invitations import acts as invitations
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.ui.audience.counting import statements
from tests.ui.conftest import Come
from tests.ui.conftest import call as feed
from tests.ui.test_commits import call

pytestmark = pytest.mark.usefixtures("parts")


async def test_an_invitation_has_the_lists_read_once(work: UnitOfWork, make: Factory, come: Come):
    """The form's answer has no lists: the op `invited`, which everybody in the room hears, has the tab ask for them."""
    aiko, ben = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: aiko})
    tab, path = await come(aiko, room), f"/r/{room.id}"
    fields = {"room": str(room.id), "to": ben.person.username, "role": "member"}
    heard: list[str] = []
    with statements(work) as asked:
        await call(invitations, "invite_person", tab, aiko, fields=fields)
        while "invited" not in heard:
            await until(lambda: not tab.idle)
            heard += [op["t"] for op in await tab.heard()]
        for _ in range(heard.count("invited")):
            await feed(tab.sid, aiko, path, "load_links", room=str(room.id))
        heard += [op["t"] for op in await tab.heard()]
    assert sorted(heard) == ["invitations", "invite_outcomes", "invited", "links"]
    lists = ("FROM invite_links", "FROM room_invitations JOIN", "FROM groups")
    read = {of: sum(of in each.replace("\n", " ").replace("  ", " ") for each in asked) for of in lists}
    assert read == dict.fromkeys(lists, 1)
