"""Invitations, groups, and QR codes over HTTP."""

import segno

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from tests.api.conftest import ORIGIN, Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.support.jobs import run_due


async def test_an_invitation_from_beginning_to_end(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    ben, other = await make.signed_in()
    room = await make.room({Role.MASTER: aiko}, name="Tea", description="and cake")
    url = f"rooms/{room.id}/invitations"
    asked = (await clients(token).post(url, json={"to": f"@{ben.person.username}", "role": "guest"})).json()
    assert asked == {"outcome": "invited", "person": ben.person.as_json(), "address": ""}
    [seen] = (await clients(other).get("me/invitations")).json()["items"]
    assert seen["room"] == {"id": str(room.id), "name": "Tea", "description": "and cake"}
    assert (seen["role"], seen["inviter"], seen["person"]) == ("guest", aiko.person.as_json(), ben.person.as_json())
    assert (await clients(token).get(url)).json() == {"items": [seen], "next": ""}

    assert (await clients(other).post(f"me/invitations/{seen['id']}/decline")).status_code == 204
    error(await clients(other).post(f"me/invitations/{seen['id']}/accept"), 404, "invitation_not_found")
    await clients(token).post(url, json={"to": ben.person.username})
    [again] = (await clients(other).get("me/invitations")).json()["items"]
    joined = (await clients(other).post(f"me/invitations/{again['id']}/accept")).json()
    assert (joined["id"], joined["role"]) == (str(room.id), "member")
    assert (await clients(token).get(url)).json() == {"items": [], "next": ""}


async def test_invalid_invitations_are_refused(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    url = f"rooms/{room.id}/invitations"
    assert error(await clients(token).post(url, json={"to": "nobody"}), 404, "user_not_found") == {"field": "to"}
    refused = await clients(token).post(url, json={"to": "nobody", "role": "master"})
    assert error(refused, 422, "choice_invalid") == {"field": "role"}


async def test_a_stranger_is_mailed_a_way_in(clients: Clients, make: Factory, parts: Runtime):
    aiko, token = await make.signed_in(is_admin=True, name="Aiko")
    room = await make.room({Role.MASTER: aiko}, name="Tea")
    asked = await clients(token).post(f"rooms/{room.id}/invitations", json={"to": "new@example.com", "role": "guest"})
    assert asked.json() == {"outcome": "mailed", "person": None, "address": "new@example.com"}
    await run_due(parts.jobs)
    [mail] = (await clients(token).get("outbox")).json()["items"]
    assert (mail["address"], mail["subject"]) == ("new@example.com", "Aiko invited you to Tea")
    invitation = mail["text"].partition("/join/")[2].split()[0]
    new = {"email": "new@example.com", "username": "newcomer", "password": "seven quiet herons"}
    made = await clients().post("auth/register", json=new | {"invitation": invitation, "token": True})
    [joined] = (await clients(made.json()["token"]).get("rooms")).json()["items"]
    assert (joined["id"], joined["role"]) == (str(room.id), "guest")
    assert (await clients(token).get(f"rooms/{room.id}/invite-links")).json() == {"items": [], "next": ""}


async def test_a_group_from_beginning_to_end(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    ben, other = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    client = clients(token)
    made = await client.post("groups", json={"name": "Friends"})
    assert made.status_code == 201
    url = f"groups/{made.json()['id']}"
    whole = (await client.post(f"{url}/members", json={"who": ben.person.username})).json()
    assert whole == {"id": made.json()["id"], "name": "Friends", "members": [ben.person.as_json()]}
    error(await client.post(f"{url}/members", json={"who": "nobody"}), 404, "user_not_found")
    assert (await client.patch(url, json={"name": "Tea"})).json()["name"] == "Tea"
    assert (await client.get("groups")).json()["items"] == [whole | {"name": "Tea"}]

    invite = {"group": whole["id"], "role": "reader"}
    for outcome in ("invited", "already_invited"):
        asked = (await client.post(f"rooms/{room.id}/invitations/group", json=invite)).json()["asked"]
        assert asked == [{"outcome": outcome, "person": ben.person.as_json(), "address": ""}]
    assert (await client.delete(f"{url}/members/{ben.user_id}")).json()["members"] == []
    error(await clients(other).get(url), 404, "group_not_found")
    assert (await client.delete(url)).status_code == 204
    error(await client.get(url), 404, "group_not_found")


async def test_a_link_as_a_qr_code(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    links = f"rooms/{room.id}/invite-links"
    link = (await clients(token).post(links, json={})).json()
    drawn = await clients(token).get(f"{links}/{link['id']}/qr")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "no-store" in drawn.headers["cache-control"]
    expected = segno.make(f"{ORIGIN}/join/{link['token']}", micro=False).svg_inline(scale=8, border=4, light="white")
    assert drawn.text.strip().partition("<path")[2] == expected.partition("<path")[2]
    error(await clients(token).get(f"{links}/{room.id}/qr"), 404, "invite_link_not_found")
