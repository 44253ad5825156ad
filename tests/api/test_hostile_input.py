"""Hostile input gets a 4xx in the error's shape, never a 500."""

from collections.abc import AsyncIterator

import pytest

from chat_app.api.middleware.body_limit import MAXIMUM, PICTURE_MAXIMUM
from chat_app.core.access.permissions import Role
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.support.factory import Factory

JSON = {"Content-Type": "application/json"}
NOT_JSON = [
    b"{",
    b"",
    b"\xff\xfe",
    b'{"name": "\xff"}',
    b'{"name": "\xc3\x28"}',
    b"\x00",
    b"[" * 100_000,
    b'{"name": ' + b"9" * 5_000 + b"}",
    b"NaN",
    b"null",
    b'"text"',
    b"[]",
]
ODD_TEXTS = ["\ud800", "\udfff\ud800", "\x00", "\x1b[31m", "\u202e", "\ufeff", "\uffff", "a\u0300" * 200, "ﷺ" * 40]
WRONG_TYPES = [None, True, 7, 1e308, -1, [], {}, ["x"], {"$ne": 1}, 10**30]
ODD_IDS = [
    "%00",
    "%ff%fe",
    "%F0%9F%8C%8A",
    "..%2f..%2fetc%2fpasswd",
    "'%20or%201=1--",
    "0" * 5_000,
    "-1",
    "null",
    "{room_id}",
    "018f0000-0000-7000-8000-00000000000g",
]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:20]))
async def test_body_that_is_no_json_object_is_refused(clients: Clients, make: Factory, body: bytes):
    _, token = await make.signed_in()
    response = await clients(token).post("rooms", content=body, headers=JSON)
    assert response.status_code in {400, 422}
    error(response, response.status_code, "malformed_request" if response.status_code == 400 else "invalid_request")


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
async def test_odd_texts_are_kept_clean_or_refused(clients: Clients, make: Factory, text: str):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    client = clients(token)
    body = ('{"%s": "' + "".join(f"\\u{unit:04x}" for unit in _utf16(text)) + '"}').__mod__
    for method, path, field in (
        ("POST", f"rooms/{room.id}/messages", "text"),
        ("POST", "rooms", "name"),
        ("PATCH", f"rooms/{room.id}", "description"),
        ("PATCH", f"rooms/{room.id}/ai", "model"),
        ("PATCH", "me", "name"),
        ("PATCH", "me", "color"),
        ("POST", "auth/login", "login"),
        ("POST", f"rooms/{room.id}/messages", "reply_to"),
    ):
        response = await client.request(method, path, content=body(field), headers=JSON)
        assert response.status_code in {200, 201, 404, 422}, (path, field, response.text)
        assert "\x00" not in response.text


async def test_field_with_unstorable_name_is_refused(clients: Clients, make: Factory):
    _, token = await make.signed_in()
    response = await clients(token).post("rooms", content=b'{"name": "Tea", "\\ud800": 1}', headers=JSON)
    error(response, 422, "invalid_request")


@pytest.mark.parametrize("value", WRONG_TYPES, ids=repr)
async def test_value_of_wrong_type_is_refused(clients: Clients, make: Factory, value: object):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    client = clients(token)
    for method, path, body in (
        ("POST", "rooms", {"name": value}),
        ("POST", f"rooms/{room.id}/messages", {"text": value}),
        ("POST", f"rooms/{room.id}/messages", {"text": "x", "nonce": value or 0}),
        ("POST", f"rooms/{room.id}/read", {"seq": value if value != 7 else "7"}),
        ("POST", f"rooms/{room.id}/invite-links", {"max_uses": value if value not in (None, 7) else "7"}),
        ("POST", "chats", {"text": "x", "nonce": value}),
        ("POST", "auth/login", {"login": value, "password": "x"}),
        ("POST", "auth/register", {"email": value, "username": "x", "password": "x"}),
    ):
        response = await client.request(method, path, json=body)
        assert response.status_code == 422, (path, body, response.text)


@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: odd[:20])
async def test_invalid_ids_are_not_found(clients: Clients, make: Factory, odd: str):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    client = clients(token)
    for method, path in (
        ("GET", f"rooms/{odd}"),
        ("GET", f"rooms/{odd}/messages"),
        ("POST", f"rooms/{odd}/ask"),
        ("DELETE", f"messages/{odd}"),
        ("POST", f"messages/{odd}/stop"),
        ("DELETE", f"rooms/{room.id}/invite-links/{odd}"),
        ("GET", f"users/{odd}/avatar"),
        ("GET", f"invitations/{odd}"),
        ("POST", f"invitations/{odd}/join"),
    ):
        response = await client.request(method, path)
        assert response.status_code in {404, 405}, (path, response.text)
        assert "error" in response.json()


@pytest.mark.parametrize("query", ["limit=%00", "limit=1e9", "before=%ff", "limit=" + "9" * 5_000, "before=\ud800"])
async def test_odd_queries_are_refused(clients: Clients, make: Factory, query: str):
    actor, token = await make.signed_in()
    room = await make.room({Role.MASTER: actor})
    url = f"rooms/{room.id}/messages?" + query.encode("utf-8", "surrogatepass").decode("latin-1")
    error(await clients(token).get(url), 422, "invalid_request")


async def _pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 65_536):
        yield b" " * 65_536


@pytest.mark.parametrize(
    ("method", "path", "maximum"), [("POST", "rooms", MAXIMUM), ("PUT", "me/avatar", PICTURE_MAXIMUM)]
)
async def test_a_body_that_is_too_long_is_not_read_whether_announced_or_not(
    clients: Clients, make: Factory, method: str, path: str, maximum: int
):
    _, token = await make.signed_in()
    client = clients(token)
    announced = await client.request(method, path, content=b" " * (maximum + 1), headers=JSON)
    assert error(announced, 413, "body_too_large") == {"maximum": maximum}
    in_pieces = await client.request(method, path, content=_pieces(maximum + 65_536), headers=JSON)
    assert error(in_pieces, 413, "body_too_large") == {"maximum": maximum}
    lying = await client.request(method, path, content=_pieces(maximum * 2), headers=JSON | {"Content-Length": "2"})
    error(lying, 413, "body_too_large")
    within = await client.request(method, path, content=b" " * (maximum - 10), headers=JSON)
    assert within.status_code in {400, 422}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "me/avatar"),
        ("PUT", "assistants/0199d3a2-0000-7000-8000-000000000001/picture"),
        ("POST", "me/dictation"),
        ("POST", "rooms/0199d3a2-0000-7000-8000-000000000001/dictation"),
    ],
)
async def test_a_strangers_long_body_is_not_read(clients: Clients, method: str, path: str):
    async def pieces() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    error(await clients().request(method, path, content=pieces()), 401, "not_signed_in")


@pytest.mark.parametrize("length", ["-1", "x", "9" * 6_000, "²"])
async def test_an_announced_length_that_is_no_number_decides_nothing(clients: Clients, make: Factory, length: str):
    _, token = await make.signed_in()
    headers = JSON | {"Content-Length": length.encode()}
    response = await clients(token).post("rooms", content=b'{"name": "Tea"}', headers=headers)
    assert response.status_code in {201, 413}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/rooms/", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/api/v2/rooms", 404, "not_found"),
        ("PUT", "/api/v1/rooms", 405, "method_not_allowed"),
        ("BREW", "/api/v1/rooms", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
async def test_missing_things_have_one_error_shape(clients: Clients, method: str, path: str, status: int, code: str):
    response = await clients.site().request(method, path)
    error(response, status, code)
    assert ("allow" in response.headers) == (status == 405)


def _utf16(text: str) -> list[int]:
    raw = text.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
