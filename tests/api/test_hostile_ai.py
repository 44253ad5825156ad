"""The routes of the AI with values and ids that no client of ours sends: refused in one shape, or kept clean."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chat_app.bootstrap import Runtime
from chat_app.core.access.permissions import Role
from chat_app.core.rooms.asides import open_aside
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

JSON = {"Content-Type": "application/json"}
NUMBERS = {"true": "true", "NaN": "NaN", "Infinity": "-Infinity", "1e999": "1e999", "5,000 digits": "9" * 5_000}
TEXTS = {
    "NUL": '"a\\u0000b"',
    "half a character": '"a\\ud800"',
    "lines of a header": '"a: b\\r\\nx-admin 1"',
    "a deep list": "[" * 900 + "]" * 900,
    "a long text": json.dumps("x" * 300_000),
}
TURNS: dict[str, Any] = {"description": "x", "model": "demo", "instructions": "x", "tools": ["builtin/calculator"]}
CONNECTION: dict[str, Any] = {"base_url": "http://127.0.0.1:1", "key": "k", "headers": "a: b", "at_once": 1}
SERVER = {"url": "http://127.0.0.1:1/mcp", "token": "t", "headers": "a: b", "approval": "always"}
BODIES: dict[str, dict[str, Any]] = {
    "POST rooms/{room}/messages": {"text": "x", "model": "demo", "assistant": "x", "reply_to": "x", "visibility": "x"},
    "PATCH rooms/{room}": {"name": "x", "description": "x"},
    "PATCH rooms/{room}/ai": {"rule": "x", "model": "x", "fallback_model": "x", "instructions": "x", "assistant": "x"},
    "PATCH rooms/{room}/ai/rights": {"ask_ai": "guest"},
    "POST rooms/{room}/images": {"prompt": "x", "model": "demo", "size": "64x64"},
    "POST messages/{answer}/regenerate": {"model": "demo"},
    "POST messages/{message}/translate": {"language": "ja"},
    "PUT messages/{answer}/rating": {"value": "up", "reason": "x"},
    "POST chats": {"text": "x", "nonce": "018f0000-0000-7000-8000-000000000001", "model": "demo"},
    "PATCH models": {"id": "demo"},
    "POST assistants": {"handle": "x{n}", "name": "x", **TURNS},
    "PATCH assistants/{assistant}": {"handle": "y{n}", "name": "x", **TURNS},
    "POST prompts": {"name": "x{n}", "text": "x", "description": "x"},
    "PATCH prompts/{prompt}": {"name": "y{n}", "text": "x", "description": "x"},
    "POST admin/connections": {"kind": "compatible", "name": "x{n}", **CONNECTION},
    "PATCH admin/connections/{connection}": {"name": "y{n}", **CONNECTION},
    "PATCH admin/models": {"id": "x", "label": "x"},
    "PUT admin/transcriber": {"model": "x"},
    "PUT admin/speaker": {"model": "x", "voice": "x"},
    "POST admin/tools": {"name": "x{n}", **SERVER},
    "PATCH admin/tools/{server}": {"name": "y{n}", **SERVER},
}
NUMBERED: dict[str, tuple[str, ...]] = {
    "PATCH rooms/{room}/ai": ("temperature", "max_tokens"),
    "POST admin/connections": ("at_once",),
    "PATCH admin/connections/{connection}": ("at_once",),
    "PATCH admin/models": ("position", "context_window", "max_output", "price_in", "price_cached", "price_out"),
}
SHOWN = (
    *("rooms/{room}", "rooms/{room}/messages", "rooms/{room}/ai/context", "messages/{answer}/branches", "models"),
    *("assistants", "prompts", "admin/connections", "admin/models", "admin/tools", "admin/ratings", "me/export"),
)


class Admin:
    """An admin of the site in a room of theirs, with one thing of each kind, who sends bodies by the byte."""

    def __init__(self, client: Any) -> None:
        self.client, self.ids = client, {}
        self.sent = 0

    async def send(self, route: str, body: str) -> Any:
        """Return the answer to a body; ``{n}`` in it is another number each time."""
        method, _, path = route.partition(" ")
        self.sent += 1
        content = body.replace("{n}", str(self.sent))
        return await self.client.request(method, path.format_map(self.ids), content=content, headers=JSON)


@pytest.fixture
async def admin(clients: Clients, make: Factory, parts: Runtime) -> Admin:
    parts.work.policy = replace(parts.work.policy, limited=False)
    actor, token = await make.signed_in(is_admin=True)
    admin = Admin(clients.browser(token))
    room = await make.room({Role.MASTER: actor})
    message = await make.message(room, actor)
    answer = await make.message(room, None, "Yes", asked_by_id=actor.user_id, model="demo")
    admin.ids = {"room": room.id, "message": message.id, "answer": answer.id}
    made = {"assistant": "assistants", "prompt": "prompts", "connection": "admin/connections", "server": "admin/tools"}
    for name, path in made.items():
        body = {key: value for key, value in BODIES[f"POST {path}"].items() if key != "model"}
        answer = await admin.send(f"POST {path}", json.dumps(body))
        assert answer.status_code == 201, answer.text
        admin.ids[name] = answer.json()["id"]
    return admin


def with_odd(body: dict[str, Any], name: str, odd: str) -> str:
    """Return a body with the odd value, which is JSON or nearly, in the place of a field."""
    parts = {key: json.dumps(value) for key, value in body.items()} | {name: odd}
    return "{" + ",".join(f'"{key}":{value}' for key, value in parts.items()) + "}"


@pytest.mark.parametrize("odd", TEXTS.values(), ids=TEXTS)
async def test_texts_of_any_kind_are_kept_clean_or_refused(admin: Admin, odd: str):
    for route, body in BODIES.items():
        for name in body:
            answer = await admin.send(route, with_odd(body, name, odd))
            assert answer.status_code < 500, (route, name, answer.text)
            if answer.status_code >= 400:
                error(answer, answer.status_code, answer.json()["error"]["code"])
    for path in SHOWN:
        shown = await admin.client.get(path.format_map(admin.ids))
        assert shown.status_code == 200, (path, shown.text)
        assert "\\u0000" not in shown.text
        assert "\\ud800" not in shown.text


@pytest.mark.parametrize("odd", NUMBERS.values(), ids=NUMBERS)
async def test_invalid_number_is_refused(admin: Admin, odd: str):
    for route, names in NUMBERED.items():
        for name in names:
            body = with_odd(BODIES[route], name, odd)
            if route == "PATCH rooms/{room}/ai":
                body = '{"parameters":' + with_odd({}, name, odd) + "}"
            answer = await admin.send(route, body)
            assert answer.status_code in (400, 422), (route, name, answer.text)


async def test_another_persons_things_are_not_found(clients: Clients, make: Factory, do: Do):
    aiko, token = await make.signed_in()
    ben, bens = await make.signed_in()
    room = await make.room({Role.MASTER: ben, Role.MEMBER: aiko})
    mine, his = clients(token), clients(bens)
    aside = (await do(aiko, open_aside, room.id)).room
    secret = await make.message(aside, aiko, "A secret")
    told = await make.message(aside, None, "Told", asked_by_id=aiko.user_id, model="demo")
    public = await make.message(room, ben, "Hello")
    assistant = (await mine.post("assistants", json={"handle": "own", "name": "Own"})).json()["id"]
    prompt = (await mine.post("prompts", json={"name": "own", "text": "x"})).json()["id"]
    forged: list[tuple[str, str, Any]] = [
        *(("GET", f"rooms/{aside.id}{path}", None) for path in ("", "/messages", "/ai/context", "/ai/decisions")),
        ("POST", f"rooms/{aside.id}/messages", {"text": "x"}),
        ("POST", f"rooms/{aside.id}/ask", None),
        ("PATCH", f"rooms/{aside.id}/ai", {"rule": "never"}),
        *(("POST", f"messages/{each}/publish", None) for each in (secret.id, told.id)),
        *(("GET", f"messages/{told.id}/{path}", None) for path in ("context", "branches")),
        *(("POST", f"messages/{told.id}/{path}", None) for path in ("regenerate", "continue", "stop", "pin")),
        ("POST", f"messages/{told.id}/branches/1/choose", None),
        ("POST", f"messages/{told.id}/translate", {"language": "ja"}),
        ("PUT", f"messages/{told.id}/rating", {"value": "up"}),
        ("POST", f"rooms/{room.id}/messages", {"text": "x", "reply_to": str(secret.id)}),
        ("POST", f"rooms/{room.id}/messages", {"text": "x", "assistant": assistant}),
        ("PATCH", f"rooms/{room.id}/ai", {"assistant": assistant}),
        *((method, f"assistants/{assistant}", {"name": "x"} if method == "PATCH" else None) for method in
          ("GET", "PATCH", "DELETE")),
        *(("GET", f"assistants/{assistant}/picture", None), ("POST", f"assistants/{assistant}/chats", None)),
        *((method, f"prompts/{prompt}", {"text": "x"} if method == "PATCH" else None) for method in
          ("GET", "PATCH", "DELETE")),
        ("POST", f"messages/{public.id}/branches/{2**31 - 1}/choose", None),
        *(("GET", f"admin/{path}", None) for path in ("connections", "models", "tools", "ratings", "decisions")),
        ("PUT", "admin/transcriber", {"model": ""}),
        ("PUT", "admin/speaker", {"model": "", "voice": ""}),
        ("POST", f"messages/{secret.id}/speech", None),
    ]  # fmt: skip
    found = {}
    for method, path, body in forged:
        answer = await his.request(method, path, json=body)
        found[f"{method} {path} {body}"] = answer.status_code
        assert "ecret" not in answer.text
        assert "Told" not in answer.text
    odd = {case: status for case, status in found.items() if status not in (403, 404, 409, 422)}
    assert odd == {}
    assert (await mine.get(f"rooms/{aside.id}/messages")).json()["items"][-1]["text"] == "Told"
