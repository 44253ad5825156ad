"""Messages and answers over HTTP."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.messages.events import MessageChanged
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory


async def test_a_message_looks_the_same_here_and_in_the_feed(clients: Clients, make: Factory, events: list[object]):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    client, nonce = clients(token), str(uuid4())
    sent = await client.post(f"rooms/{room.id}/messages", json={"text": "Hello 🌊", "nonce": nonce})
    assert sent.status_code == 201
    replied = await client.post(f"rooms/{room.id}/messages", json={"text": "Indeed", "reply_to": sent.json()["id"]})
    shown = [event.message.as_json() for event in events if isinstance(event, MessageChanged)]
    told = [{**each, "visibility": "public"} for each in shown]
    assert [sent.json(), replied.json()] == told
    page = (await client.get(f"rooms/{room.id}/messages")).json()
    assert page == {"items": told, "next": "", "rev": replied.json()["rev"], "starred": []}
    assert replied.json()["reply"] == {
        "id": sent.json()["id"],
        "seq": 1,
        "author": actor.person.name,
        "ai": False,
        "model": None,
        "text": "Hello 🌊",
    }


async def test_a_resend_posts_once(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    body = {"text": "Once", "nonce": str(uuid4())}
    sends = [clients(token).post(f"rooms/{room.id}/messages", json=body) for _ in range(5)]
    ids = {response.json()["id"] for response in await asyncio.gather(*sends)}
    assert len(ids) == 1
    assert len((await clients(token).get(f"rooms/{room.id}/messages")).json()["items"]) == 1


async def test_history_goes_backwards_in_pages(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    for number in range(7):
        await make.message(room, actor, str(number))
    client, seen, cursor = clients(token), [], ""
    while True:
        page = (await client.get(f"rooms/{room.id}/messages", params={"limit": 3, "cursor": cursor})).json()
        before = (
            await client.get(f"rooms/{room.id}/messages", params={"limit": 3, "before": 7 - len(seen) + 1})
        ).json()
        assert before == page
        seen = [message["text"] for message in page["items"]] + seen
        cursor = page["next"]
        if not cursor:
            break
    assert seen == [str(number) for number in range(7)]
    later = (await client.get(f"rooms/{room.id}/messages", params={"limit": 3, "after": 2})).json()
    last = (await client.get(f"rooms/{room.id}/messages", params={"cursor": later["next"]})).json()
    assert [message["text"] for message in later["items"] + last["items"]] == ["2", "3", "4", "5", "6"]
    assert last["next"] == ""
    wrong = ({"limit": 0}, {"limit": 101}, {"before": -1}, {"before": 10**30}, {"before": "x"})
    for params in (*wrong, {"cursor": "x"}, {"cursor": "before--1"}, {"cursor": "around-1"}):
        error(await client.get(f"rooms/{room.id}/messages", params=params), 422, "invalid_request")


async def test_changes_since_revision_are_returned(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    client = clients(token)
    first, _, third = [await make.message(room, actor, text) for text in ("one", "two", "three")]
    rev = (await client.get(f"rooms/{room.id}")).json()["rev"]
    edited = await client.patch(f"messages/{first.id}", json={"text": "One!"})
    deleted = await client.delete(f"messages/{third.id}")
    assert edited.json()["edited"]
    assert deleted.json()["deleted"]
    assert deleted.json()["text"] == ""
    missed = (await client.get(f"rooms/{room.id}/changes", params={"since": rev})).json()
    assert missed["items"] == [edited.json(), deleted.json()]
    error(await client.patch(f"messages/{third.id}", json={"text": "again"}), 409, "message_deleted")


async def test_invalid_text_is_refused(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    client = clients(token)
    url = f"rooms/{room.id}/messages"
    error(await client.post(url, json={"text": " \u0000\n "}), 422, "message_empty")
    details = error(await client.post(url, json={"text": "x" * 8001}), 422, "message_too_long")
    assert details == {"field": "text", "maximum": 8000, "length": 8001}
    error(await client.post(url, json={"text": "x", "reply_to": str(uuid4())}), 404, "message_not_found")
    assert error(await client.post(url, json={"text": "x", "nonce": "1"}), 422, "invalid_request")["field"] == "nonce"


BODIES = (
    b'{"text": "Hello"}',
    b' {"text": "Hello", "nonce": null, "reply_to": null} ',
    b'{"text": "Hello", "more": 1}',
    b'{"text": "\\ud800"}',
    b'{"text": "\xff"}',
    b'{"text": 1}',
    b'{"text": "Hello", "nonce": 7}',
    b'{"text": "a", "text": "Hello"}',
    b'{"text": NaN}',
    b"[]",
    b"null",
    b"{",
    b"",
)


@pytest.mark.parametrize("body", BODIES)
async def test_body_is_judged_alike_with_and_without_a_charset(clients: Clients, make: Factory, body: bytes):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    plain, named = [
        await clients(token).post(f"rooms/{room.id}/messages", content=body, headers={"Content-Type": kind})
        for kind in ("application/json", "application/json; charset=utf-8")
    ]
    unlike = {"id", "seq", "rev", "at"}
    seen = [{key: value for key, value in each.json().items() if key not in unlike} for each in (plain, named)]
    assert (plain.status_code, seen[0]) == (named.status_code, seen[1])


async def test_an_answer_asked_stopped_and_asked_again(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    message = await make.message(room, actor)
    client = clients(token)
    asked = await client.post(f"rooms/{room.id}/ask")
    assert asked.status_code == 202
    answer = asked.json()
    assert answer["ai"]["status"] == "queued"
    assert answer["ai"]["asker"] == actor.person.as_json()
    url = f"messages/{answer['id']}"
    error(await client.post(f"{url}/regenerate"), 409, "still_answering")
    for _ in range(2):
        assert (await client.post(f"{url}/stop")).json()["ai"]["status"] == "stopped"
    again = await client.post(f"{url}/regenerate")
    assert again.status_code == 202
    assert (again.json()["ai"]["status"], again.json()["seq"]) == ("queued", answer["seq"])
    error(await client.post(f"messages/{message.id}/stop"), 409, "not_an_answer")


async def test_a_cut_answer_is_continued_and_its_reasoning_is_beside_it(clients: Clients, make: Factory):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    thought = {"reasoning": "They greet me.", "reasoning_seconds": 12}
    cut = await make.message(room, None, "Half an ans", asked_by_id=actor.user_id, error="llm_length", **thought)
    whole = await make.message(room, None, "An answer", asked_by_id=actor.user_id)
    client = clients(token)
    again = await client.post(f"messages/{cut.id}/continue")
    assert (again.status_code, again.json()["text"], again.json()["ai"]["status"]) == (202, "Half an ans", "queued")
    assert again.json()["ai"]["reasoning"] == {"text": "They greet me.", "seconds": 12}
    error(await client.post(f"messages/{cut.id}/continue"), 409, "still_answering")
    error(await client.post(f"messages/{whole.id}/continue"), 409, "nothing_to_continue")
    assert "reasoning" not in (await client.post(f"messages/{whole.id}/regenerate")).json()["ai"]


@pytest.mark.slow
async def test_a_chat_begins_and_is_answered(clients: Clients, make: Factory, parts: Runtime):
    parts.work.clock = lambda: datetime.now(UTC)  # the writer's heartbeat needs real time
    complete = asyncio.Event()

    async def listen(event: object) -> None:
        if isinstance(event, MessageChanged) and event.message.answer and event.message.answer.status == "complete":
            complete.set()

    parts.work.listeners.append(listen)
    _, token = await make.signed_in()
    client = clients(token)
    await parts.start()
    body = {"text": "How do I connect a model?", "nonce": str(uuid4())}
    rooms = await asyncio.gather(*(client.post("chats", json=body) for _ in range(3)))
    assert [response.status_code for response in rooms] == [201] * 3
    assert len({response.json()["id"] for response in rooms}) == 1
    room = rooms[0].json()
    assert (room["name"], room["ai_rule"], room["role"]) == ("How do I connect a model?", "always", "master")

    async with asyncio.timeout(30):
        await complete.wait()
    question, answer = (await client.get(f"rooms/{room['id']}/messages")).json()["items"]
    assert question["text"] == body["text"]
    assert answer["ai"]["status"] == "complete"
    assert answer["text"]


async def test_a_chat_with_a_model_that_is_not_offered_is_refused(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    for model in ("gpt-99", "\x00"):
        response = await clients(token).post("chats", json={"text": "Hi", "nonce": str(uuid4()), "model": model})
        error(response, 422, "model_not_offered")
