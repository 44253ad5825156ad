"""Finding people over HTTP."""

from base64 import urlsafe_b64encode

from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


async def test_people_are_found_by_name(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    chloe = await make.actor(username="chloe", name="Chloé")
    response = await clients(token).get("users/search", params={"q": "chlo"})
    assert response.json() == {"items": [chloe.person.as_json()], "next": ""}
    error(await clients(token).get("users/search"), 422, "invalid_request")
    error(await clients(token).get("users/search", params={"q": "x", "limit": 1000}), 422, "invalid_request")


async def test_contacts_are_kept_listed_and_let_go(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    chloe = await make.actor(username="chloe")
    response = await clients(token).post("users/me/contacts", json={"username": "chloe"})
    assert (response.status_code, response.json()) == (201, chloe.person.as_json())
    assert (await clients(token).get("users/me/contacts")).json() == {"items": [chloe.person.as_json()], "next": ""}
    assert (await clients(token).delete(f"users/me/contacts/{chloe.user_id}")).status_code == 204
    error(await clients(token).delete(f"users/me/contacts/{chloe.user_id}"), 404, "user_not_found")
    error(await clients(token).post("users/me/contacts", json={"username": "nobody"}), 404, "user_not_found")


async def test_contacts_come_page_by_page(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    for username, name in (("chloe", "田" * 50), ("ben", "A  B"), ("aiko", "a b")):
        await make.user(username=username, name=name)
        await clients(token).post("users/me/contacts", json={"username": username})
    seen, cursor = [], ""
    while len(seen) < 9:
        page = (await clients(token).get("users/me/contacts", params={"limit": 1, "cursor": cursor})).json()
        seen += [person["username"] for person in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == ["ben", "aiko", "chloe"]
    nul = urlsafe_b64encode(b"ben A\0").decode()
    for params in (*({"cursor": wrong} for wrong in ("nonsense", "\0", "ö", "YmVu", nul)), {"limit": 51}, {"limit": 0}):
        error(await clients(token).get("users/me/contacts", params=params), 422, "invalid_request")


async def test_profile_shows_relation_of_the_two(clients: Clients, make: Factory):
    me, token = await make.signed_in()
    chloe = await make.actor(username="chloe")
    room = await make.room({"member": me})
    await make.join(room, chloe)
    profile = (await clients(token).get("users/chloe")).json()
    assert profile.pop("since").endswith("+00:00")
    between = {"contact": False, "blocked": False, "presence": None, "rooms": [{"id": str(room.id), "name": room.name}]}
    assert profile == chloe.person.as_json() | between
    error(await clients(token).get("users/nobody"), 404, "user_not_found")


async def test_a_direct_chat_is_the_same_for_both_and_called_by_the_other(clients: Clients, make: Factory):
    aiko, token = await make.signed_in(username="aiko")
    ben, other = await make.signed_in(username="ben")
    mine = await clients(token).post("conversations", json={"type": "dm", "username": "ben"})
    theirs = await clients(other).post("conversations", json={"type": "dm", "username": "aiko"})
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] == theirs.json()["id"]
    assert (mine.json()["kind"], mine.json()["peer"]) == ("direct", ben.person.as_json())
    assert theirs.json()["peer"] == aiko.person.as_json()
    [listed] = (await clients(token).get("rooms")).json()["items"]
    assert listed == (await clients(token).get(f"rooms/{listed['id']}")).json() == mine.json()
    error(await clients(token).post(f"rooms/{listed['id']}/leave"), 403, "not_allowed")


async def test_a_group_chat_begins_with_several(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    await make.signed_in(username="ben")
    body = {"type": "group", "usernames": ["ben"], "name": "Lunch"}
    room = (await clients(token).post("conversations", json=body)).json()
    assert (room["kind"], room["name"], room["peer"], room["role"]) == ("group", "Lunch", None, "master")
    for wrong in ({"type": "group", "usernames": []}, {"type": "party"}, {"type": "dm", "usernames": ["ben"]}):
        error(await clients(token).post("conversations", json=wrong), 422, "invalid_request")


async def test_a_block_is_made_listed_and_taken_back(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    ben, other = await make.signed_in(username="ben")
    room = (await clients(other).post("conversations", json={"type": "dm", "username": "ben"})).status_code
    assert room == 404  # with oneself there is none
    assert (await clients(token).post("blocks/ben")).json() == ben.person.as_json()
    assert (await clients(token).get("blocks")).json() == {"items": [ben.person.as_json()], "next": ""}
    error(await clients(token).post("conversations", json={"type": "dm", "username": "ben"}), 403, "person_blocked")
    assert (await clients(token).delete("blocks/ben")).status_code == 200
    assert (await clients(token).get("blocks")).json() == {"items": [], "next": ""}


async def test_presence_can_be_hidden(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    assert (await clients(token).get("me")).json()["shows_presence"] is True
    assert (await clients(token).patch("me", json={"shows_presence": False})).json()["shows_presence"] is False
    error(await clients(token).patch("me", json={"shows_presence": "no"}), 422, "invalid_request")
