"""Balances and usage over REST."""

from dataclasses import replace

import pytest

from chat_app.api.csv_response import csv_response
from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.ledger.entries import UsageRecord, post
from chat_app.core.billing.tables import CREDIT
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.ids import new_id
from chat_app.core.rooms.tables import AiRule, Room
from tests.api.conftest import Clients
from tests.support.factory import Factory


@pytest.fixture
def paid(parts: Runtime) -> None:
    parts.work.policy = replace(parts.work.policy, billing="on")


async def use(make: Factory, payer: Actor, asker: Actor, room: Room, model: str = "demo", cost: int = 500) -> None:
    async with make.work.begin() as ctx:
        who = (payer.user_id, asker.user_id, room.id)
        await post(ctx, usages=[UsageRecord("answer", None, *who, model, 10, 20, cost, charged=cost * 1000)])


async def test_balance_and_transactions_page_by_page(clients: Clients, make: Factory, paid: None) -> None:
    me, token = await make.signed_in()
    async with make.work.begin() as ctx:
        for number in range(3):
            await credit(ctx, me.user_id, CREDIT, "grant", str(number))
    http = clients(token)
    balance = (await http.get("me/balance")).json()
    assert (balance["available"], balance["reserved"], balance["billing"]) == (3 * CREDIT, 0, "on")
    first = (await http.get("me/transactions?limit=2")).json()
    last = (await http.get(f"me/transactions?limit=2&cursor={first['next']}")).json()
    assert [each["amount"] for each in first["items"] + last["items"]] == [CREDIT] * 3
    assert last["next"] == ""


async def test_free_model_is_asked_without_balance(clients: Clients, make: Factory, paid: None) -> None:
    me, token = await make.signed_in()
    room = await make.room({Role.MASTER: me}, ai_rule=AiRule.ALWAYS)
    assert (await clients(token).post(f"rooms/{room.id}/messages", json={"text": "Hello"})).status_code == 201


async def test_question_that_cannot_be_paid_is_402_in_words(
    clients: Clients, make: Factory, parts: Runtime, paid: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced = [replace(each, price_in=1000, price_out=5000) for each in await parts.gateway.models()]

    async def models() -> list[ModelInfo]:
        return priced

    monkeypatch.setattr(parts.gateway, "models", models)
    me, token = await make.signed_in()
    room = await make.room({Role.MASTER: me}, ai_rule=AiRule.ALWAYS)
    told = await clients(token).post(f"rooms/{room.id}/messages", json={"text": "Hello"})
    assert (told.status_code, told.json()["error"]["code"]) == (402, "insufficient_balance")
    assert "Settings → Usage" in told.json()["error"]["message"]
    assert (await clients(token).get(f"rooms/{room.id}/messages")).json()["items"] == []


async def test_credits_are_given_once_and_both_see_it(clients: Clients, make: Factory, paid: None) -> None:
    me, token = await make.signed_in()
    ben, other = await make.signed_in()
    async with make.work.begin() as ctx:
        await credit(ctx, me.user_id, 3 * CREDIT, "grant", "3")
    http, gift = clients(token), {"to": f"@{ben.person.username}", "amount": CREDIT, "nonce": str(new_id())}
    told = [await http.post("me/transfers", json=gift) for _ in "12"]
    assert [(each.status_code, each.json()["available"]) for each in told] == [(200, 2 * CREDIT)] * 2
    [seen] = (await clients(other).get("me/transactions")).json()["items"]
    assert (seen["kind"], seen["amount"], seen["person"]["id"]) == ("transfer", CREDIT, str(me.user_id))
    wrong = ({**gift, "amount": 2 * CREDIT}, {**gift, "amount": 9 * CREDIT, "nonce": str(new_id())}, {"to": "x"})
    answers = [await http.post("me/transfers", json=each) for each in (*wrong, {**gift, "to": "nobody"})]
    assert [each.status_code for each in answers] == [409, 422, 422, 404]


async def test_room_says_who_pays_and_no_balance_of_others(clients: Clients, make: Factory, paid: None) -> None:
    me, token = await make.signed_in()
    ben, other = await make.signed_in()
    room = await make.room({Role.MASTER: me, Role.MEMBER: ben})
    mine = (await clients(token).get(f"rooms/{room.id}/balance")).json()
    theirs = (await clients(other).get(f"rooms/{room.id}/balance")).json()
    assert mine["balance"]["available"] == 0
    assert (theirs["balance"], theirs["pays"]["id"], theirs["enough"]) == (None, str(me.user_id), True), (
        "the demo has no price"
    )
    changed = await clients(token).patch(f"rooms/{room.id}/billing", json={"payer": "asker"})
    assert changed.json()["payer"] == "asker"
    assert (await clients(other).get(f"rooms/{room.id}/balance")).json()["pays"]["id"] == str(ben.user_id)


async def test_asker_sees_cost_but_not_owners_balance(clients: Clients, make: Factory, paid: None) -> None:
    owner, _ = await make.signed_in()
    ben, token = await make.signed_in()
    room = await make.room({Role.MASTER: owner, Role.MEMBER: ben}, ai_rule=AiRule.ALWAYS)
    async with make.work.begin() as ctx:
        await credit(ctx, owner.user_id, 987_654_321_012, "grant", "hidden")
    await use(make, owner, ben, room)
    http = clients(token)
    paths = ("balance", "usage", "usage?by=person", "usage?format=csv", "messages", "budgets", "")
    answers = [await http.get(f"rooms/{room.id}/{each}".rstrip("/")) for each in paths]
    answers += [await http.get(f"me/{each}") for each in ("balance", "usage", "transactions", "rooms", "export")]
    answers.append(await http.post(f"rooms/{room.id}/messages", json={"text": "Hello"}))
    assert [each.status_code for each in answers[:6]] == [200] * 6
    assert [each.url for each in answers if "987654" in each.text or "987,654" in each.text] == []
    usage = answers[1].json()
    assert (usage["total"]["cost"], usage["total"]["charged"]) == (500, 0)


async def test_only_admins_let_the_site_pay(clients: Clients, make: Factory) -> None:
    me, token = await make.signed_in()
    admin, key = await make.signed_in(is_admin=True)
    room, theirs = await make.room({Role.MASTER: me}), await make.room({Role.MASTER: admin})
    assert (await clients(token).patch(f"rooms/{room.id}/billing", json={"payer": "site"})).status_code == 403
    assert (await clients(key).patch(f"rooms/{theirs.id}/billing", json={"payer": "site"})).json()["pays"] is None
    refused = await clients(token).patch(f"rooms/{room.id}/billing", json={"payer": "nobody"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "payer_unknown")


async def test_usage_by_each_thing_and_as_csv(clients: Clients, make: Factory) -> None:
    me, token = await make.signed_in(name="=cmd()")
    ben, other = await make.signed_in()
    room = await make.room({Role.MASTER: me, Role.MEMBER: ben}, name="Tea")
    for asker, model in ((me, "a"), (ben, "b"), (ben, "b")):
        await use(make, me, asker, room, model)
    http = clients(token)
    by_model = (await http.get(f"rooms/{room.id}/usage?by=model")).json()
    assert [(each["key"], each["times"], each["cost"]) for each in by_model["items"]] == [("b", 2, 1000), ("a", 1, 500)]
    assert by_model["total"]["charged"] == 1_500_000
    people = (await http.get("me/usage?by=person")).json()["items"]
    assert {each["label"]: each["times"] for each in people} == {ben.person.name: 2, "=cmd()": 1}
    assert [each["label"] for each in (await http.get("me/usage?by=room")).json()["items"]] == ["Tea"]
    own = (await clients(other).get("me/usage")).json()
    assert (own["total"]["times"], own["total"]["charged"]) == (2, 0), "others pay for it"
    csv = await http.get("me/usage?by=person", headers={"Accept": "text/csv"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert "'=cmd()" in csv.text
    assert (await http.get("me/usage?by=person&format=csv")).text == csv.text
    assert (await http.get("me/usage?by=shoe")).status_code == 422


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "＝1"])
def test_no_cell_is_a_formula(text: str) -> None:
    row = bytes(csv_response("a", ["a"], [[text, -1, 0.5]]).body).decode().splitlines()[1]
    assert row.startswith(("'", "\"'"))
    assert row.endswith(",-1,0.5")
