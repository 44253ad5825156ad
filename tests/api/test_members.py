"""Roles, removal, bans, transfer and join requests, over HTTP."""

from chat_app.core.access.permissions import Role
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


async def test_roles_are_changed_and_members_removed(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    ben, bens = await make.signed_in()
    room = await make.room({Role.MASTER: master, Role.MEMBER: ben})
    member = f"rooms/{room.id}/members/{ben.user_id}"
    changed = await clients(token).patch(member, json={"role": "admin"})
    assert changed.json() == ben.person.as_json() | {"role": "admin"}
    assert "manage_members" in (await clients(bens).get(f"rooms/{room.id}")).json()["can"]
    owner = f"rooms/{room.id}/members/{master.user_id}"
    error(await clients(bens).patch(owner, json={"role": "guest"}), 403, "not_allowed")
    error(await clients(token).patch(member, json={"role": "master"}), 422, "choice_invalid")
    assert (await clients(token).delete(member)).status_code == 204
    error(await clients(token).delete(member), 404, "member_not_found")
    error(await clients(bens).get(f"rooms/{room.id}"), 404, "room_not_found")
    error(await clients(token).delete(f"rooms/{room.id}/members/nonsense"), 404, "member_not_found")


async def test_leaving_by_removing_oneself_and_handing_over_first(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    ben, bens = await make.signed_in()
    room = await make.room({Role.MASTER: master, Role.READER: ben})
    me = f"rooms/{room.id}/members/{master.user_id}"
    error(await clients(token).delete(me), 409, "master_must_transfer")
    handed = await clients(token).patch(f"rooms/{room.id}/owner", json={"user_id": str(ben.user_id)})
    assert handed.json()["role"] == "admin"
    assert (await clients(bens).get(f"rooms/{room.id}")).json()["role"] == "master"
    error(await clients(token).patch(f"rooms/{room.id}/owner", json={"user_id": "x"}), 403, "not_allowed")
    assert (await clients(token).delete(me)).status_code == 204


async def test_banned_person_is_kept_out_until_unbanned(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    ben, bens = await make.signed_in()
    room = await make.room({Role.MASTER: master, Role.MEMBER: ben})
    link = (await clients(token).post(f"rooms/{room.id}/invite-links", json={})).json()["token"]
    bans = f"rooms/{room.id}/bans"
    for _ in range(2):
        assert (await clients(token).put(f"{bans}/{ben.user_id}")).status_code == 204
    assert (await clients(token).get(bans)).json() == {"items": [ben.person.as_json()], "next": ""}
    error(await clients(bens).post(f"invitations/{link}/join"), 403, "banned")
    for _ in range(2):
        assert (await clients(token).delete(f"{bans}/{ben.user_id}")).status_code == 204
    assert (await clients(bens).post(f"invitations/{link}/join")).status_code == 200
    error(await clients(token).put(f"{bans}/{room.id}"), 404, "member_not_found")


async def test_join_requests_are_approved_and_declined(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    ben, bens = await make.signed_in()
    chloe, chloes = await make.signed_in()
    room = await make.room({Role.MASTER: master})
    changed = await clients(token).patch(f"rooms/{room.id}", json={"join_approval": True})
    assert (changed.json()["join_approval"], changed.json()["name"]) == (True, room.name)
    link = (await clients(token).post(f"rooms/{room.id}/invite-links", json={})).json()["token"]
    for person in (bens, chloes, chloes):
        asked = await clients(person).post(f"invitations/{link}/join")
        assert (asked.status_code, asked.json()) == (202, {"waiting": True, "room_id": str(room.id)})
    error(await clients(bens).get(f"rooms/{room.id}"), 404, "room_not_found")
    requests = f"rooms/{room.id}/join-requests"
    assert (await clients(token).get(requests)).json()["items"] == [ben.person.as_json(), chloe.person.as_json()]
    assert (await clients(token).post(f"{requests}/{ben.user_id}/approve")).status_code == 204
    assert (await clients(token).post(f"{requests}/{chloe.user_id}/decline")).status_code == 204
    assert (await clients(bens).get(f"rooms/{room.id}")).json()["role"] == "member"
    for act in ("approve", "decline"):
        gone = await clients(token).post(f"{requests}/{chloe.user_id}/{act}")
        error(gone, 404, "join_request_not_found")


async def test_slow_mode_refuses_the_second_message(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    ben, bens = await make.signed_in()
    room = await make.room({Role.MASTER: master, Role.MEMBER: ben})
    assert (await clients(token).patch(f"rooms/{room.id}", json={"slow_seconds": 60})).json()["slow_seconds"] == 60
    messages = f"rooms/{room.id}/messages"
    assert (await clients(bens).post(messages, json={"text": "One"})).status_code == 201
    refused = await clients(bens).post(messages, json={"text": "Two"})
    assert error(refused, 429, "slow_mode")["retry_after"] <= 60
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    error(await clients(token).patch(f"rooms/{room.id}", json={"slow_seconds": 61}), 422, "choice_invalid")
    error(await clients(token).patch(f"rooms/{room.id}", json={"slow_seconds": "60"}), 422, "invalid_request")


async def test_guest_may_ask_once_the_room_allows_it(clients: Clients, make: Factory):
    master, token = await make.signed_in()
    guest, guests = await make.signed_in()
    room = await make.room({Role.MASTER: master, Role.GUEST: guest})
    rights = f"rooms/{room.id}/ai/rights"
    error(await clients(guests).post(f"rooms/{room.id}/ask"), 403, "not_allowed")
    changed = (await clients(token).patch(rights, json={"ask_ai": "guest"})).json()["ai_rights"]
    assert changed == {
        "ask_ai": "guest",
        "choose_model": "admin",
        "regenerate_any_answer": "admin",
        "manage_ai": "admin",
        "approve_tools": "admin",
    }
    assert (await clients(guests).post(f"rooms/{room.id}/ask")).status_code == 202
    error(await clients(token).patch(rights, json={"ask_ai": "reader"}), 422, "choice_invalid")
    error(await clients(token).patch(rights, json={"send": "guest"}), 422, "invalid_request")
