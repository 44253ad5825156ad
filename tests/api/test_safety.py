"""Reports and moderation over HTTP."""

from chat_app.core.access.permissions import Role
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


async def test_report_is_listed_and_resolved(clients: Clients, make: Factory):
    _, admin = await make.signed_in(is_admin=True, username="admin")
    aiko, token = await make.signed_in()
    ben, bens = await make.signed_in()
    room = await make.room({Role.MASTER: aiko, Role.MEMBER: ben}, name="Tea")
    message = await make.message(room, ben, "Buy my pills")
    made = await clients(token).post(f"messages/{message.id}/report", json={"reason": "spam", "note": "Look"})
    assert made.status_code == 201
    [report] = (await clients(admin).get("moderation/reports")).json()["items"]
    assert (report["id"], report["text"], report["room_name"]) == (made.json()["id"], "Buy my pills", "Tea")
    assert (report["person"]["id"], report["reporter"]["id"]) == (str(ben.user_id), str(aiko.user_id))
    path = f"moderation/reports/{report['id']}"
    assert (await clients(admin).post(f"{path}/suspend")).status_code == 204
    error(await clients(bens).get("me"), 401, "not_signed_in")
    error(await clients(admin).post(f"{path}/dismiss"), 409, "report_resolved")
    [entry] = (await clients(admin).get("admin/audit")).json()["items"]
    assert (entry["action"], entry["suspended"]) == ("suspend_user", True)
    [kept_out] = (await clients(admin).get("moderation/suspended")).json()["items"]
    assert (kept_out["person"]["id"], kept_out["actor"]["username"]) == (str(ben.user_id), "admin")
    assert (await clients(admin).post(f"moderation/users/{ben.user_id}/restore")).status_code == 204
    assert (await clients(admin).get("moderation/suspended")).json() == {"items": [], "next": ""}
    [done] = (await clients(admin).get("moderation/reports", params={"resolved": True})).json()["items"]
    assert (done["resolution"], done["suspended"]) == ("suspended", False)


async def test_other_people_do_not_find_the_reports(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    report = await clients((await make.signed_in())[1]).post(f"users/{aiko.user_id}/report", json={"reason": "other"})
    path = f"moderation/reports/{report.json()['id']}"
    for method, place in [
        ("GET", "moderation/reports"),
        ("GET", "moderation/suspended"),
        ("POST", f"{path}/dismiss"),
        ("POST", f"{path}/delete-message"),
        ("POST", f"{path}/suspend"),
        ("POST", f"moderation/users/{aiko.user_id}/restore"),
    ]:
        error(await clients(token).request(method, place), 404, "report_not_found")


async def test_invalid_values_are_refused(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    client, ben = clients(token), await make.actor()
    path = f"users/{ben.user_id}/report"
    assert error(await client.post(path, json={"reason": "bored"}), 422, "report_invalid") == {"field": "reason"}
    error(await client.post(path, json={"reason": "spam", "note": "x" * 1001}), 422, "report_note_long")
    error(await client.post(path, json={}), 422, "invalid_request")
    error(await client.post(f"users/{aiko.user_id}/report", json={"reason": "spam"}), 403, "not_allowed")
    error(await client.post("users/nonsense/report", json={"reason": "spam"}), 404, "user_not_found")


async def test_lists_come_page_by_page(clients: Clients, make: Factory):
    _, admin = await make.signed_in(is_admin=True)
    for _ in range(3):
        _, token = await make.signed_in()
        user = await make.actor()
        await clients(token).post(f"users/{user.user_id}/report", json={"reason": "spam"})
    for place in ("moderation/reports", "admin/audit", "moderation/suspended"):
        whole = (await clients(admin).get(place)).json()["items"]
        assert len(whole) == 3
        first = (await clients(admin).get(place, params={"limit": 2})).json()
        after = {"limit": 2, "cursor": first["next"]}
        last = (await clients(admin).get(place, params=after)).json()
        assert (first["items"] + last["items"], last["next"]) == (whole, "")
        for report in whole if place == "moderation/reports" else ():
            await clients(admin).post(f"moderation/reports/{report['id']}/suspend")
        for cursor in ("nonsense", "\x00", "ö", "MjAyNi0xMS0yMSBub3RoaW5n"):
            error(await clients(admin).get(place, params={"cursor": cursor}), 422, "invalid_request")
        error(await clients(admin).get(place, params={"limit": 51}), 422, "invalid_request")
