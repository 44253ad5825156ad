"""Search over HTTP."""

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.support.use_cases import Do


async def test_hits_have_room_message_and_excerpt(clients: Clients, make: Factory, do: Do):
    actor, token = await make.signed_in(username="aiko")
    room = await make.room({Role.MASTER: actor}, name="Tea room")
    sent = await do(actor, post_message, room.id, "A *green* tea, please")
    found = (await clients(token).get("search", params={"q": "green", "from": "aiko"})).json()
    [hit] = found["items"]
    shown = {**sent.as_json(), "visibility": "public"}
    assert (hit["room"], hit["room_name"], hit["message"]) == (str(room.id), "Tea room", shown)
    parts = [("A ", False), ("green", True), (" tea, please", False)]
    assert [(part["text"], part["hit"]) for part in hit["excerpt"]] == parts
    assert found["next"] == ""


async def test_pages_follow_one_another(clients: Clients, make: Factory, do: Do):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    for number in range(5):
        await do(actor, post_message, room.id, f"tea {number}")
    seen, cursor = [], ""
    while True:
        params = {"q": "tea", "limit": 2, "cursor": cursor}
        page = (await clients(token).get(f"rooms/{room.id}/messages/search", params=params)).json()
        seen += [hit["message"]["text"] for hit in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == [f"tea {number}" for number in (4, 3, 2, 1, 0)]


async def test_invalid_values_are_refused(clients: Clients, make: Factory):
    client = clients((await make.signed_in())[1])
    for query in ("%", "\u200b", "..."):
        error(await client.get("search", params={"q": query}), 422, "search_unsearchable")
    for cursor in ("nonsense", "é", "AAAA", "MjAyNi0wMS0wMSB4"):
        error(await client.get("search", params={"cursor": cursor}), 422, "invalid_request")
    for params in ({"q": "x" * 201}, {"limit": 0}, {"limit": 51}, {"after": "yesterday"}, {"has_image": "maybe"}):
        error(await client.get("search", params=params), 422, "invalid_request")
    error(await client.get("search", params={"room": "nonsense"}), 404, "room_not_found")
    for params in ({"q": "\x00 'a"}, {"after": "0001-01-01T00:00:00"}, {"from": "\x00"}, {"before": "9999-12-31"}):
        assert (await client.get("search", params=params)).status_code == 200


async def test_a_page_around_a_message_and_on_from_there(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    messages = [await make.message(room, actor, str(number)) for number in range(9)]
    path, client = f"rooms/{room.id}/messages", clients(token)
    around = (await client.get(path, params={"around": str(messages[4].id), "limit": 4})).json()
    assert [message["text"] for message in around["items"]] == ["2", "3", "4", "5", "6"]
    rest = (await client.get(path, params={"after": around["items"][-1]["seq"]})).json()
    assert ([message["text"] for message in rest["items"]], rest["next"]) == (["7", "8"], "")
    error(await client.get(path, params={"around": "nonsense"}), 404, "message_not_found")
