"""Files over HTTP, from announcement to deletion; and refused files."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.rooms.commands import archive_room, leave_room
from chat_app.core.rooms.members import ban_member
from chat_app.settings import Settings
from tests.api.conftest import Clients
from tests.api.expect import error
from tests.core.files.conftest import png
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

PART = 8 * 1024 * 1024


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"data_dir": tmp_path})


class Sender:
    """A program of one person."""

    def __init__(self, clients: Clients, token: str) -> None:
        self.api, self.site = clients(token), clients.site()

    async def announce(self, room: UUID, size: int, name: str = "a.png", **more: Any) -> httpx.Response:
        return await self.api.post(f"rooms/{room}/attachments", json={"name": name, "size": size, **more})

    async def put(self, told: dict[str, Any], data: bytes) -> list[int]:
        upload = told["upload"]
        size = upload.get("part_size", len(data))
        return [
            (await self.site.put(url, content=data[n * size : (n + 1) * size], headers=upload["headers"])).status_code
            for n, url in enumerate(upload.get("parts", [upload["url"]]))
        ]

    async def upload(self, room: UUID, data: bytes | None = None, name: str = "a.png") -> dict[str, Any]:
        """Upload a file, so that it can be sent."""
        data = png() if data is None else data
        told = (await self.announce(room, len(data), name)).json()
        assert set(await self.put(told, data)) == {204}
        done = await self.api.post(f"attachments/{told['id']}/complete")
        assert done.status_code == 200, done.text
        shown: dict[str, Any] = done.json()
        return shown

    async def say(self, room: UUID, *files: object, **more: Any) -> httpx.Response:
        body = {"text": "Look", "attachments": list(files), **more}
        return await self.api.post(f"rooms/{room}/messages", json=body)


async def test_file_is_announced_uploaded_sent_and_read(clients: Clients, make: Factory):
    (aiko, token), (ben, bens) = [await make.signed_in() for _ in "12"]
    room = (await make.room({Role.MASTER: aiko, Role.MEMBER: ben})).id
    sender, reader = Sender(clients, token), Sender(clients, bens)
    data = png((800, 600))
    announced = await sender.announce(room, len(data), "海.png", mime_type="image/png")
    told = announced.json()
    assert (announced.status_code, told["status"], told["url"]) == (201, "pending", None)
    error(await sender.api.post(f"attachments/{told['id']}/complete"), 409, "file_not_ready")
    assert await sender.put(told, data) == [204]
    done = (await sender.api.post(f"attachments/{told['id']}/complete")).json()
    assert (done["status"], done["mime_type"], done["width"]) == ("ready", "image/png", 800)
    error(await reader.api.get(f"attachments/{told['id']}"), 404, "attachment_not_found")
    sent = (await sender.say(room, told["id"], text="")).json()
    assert [each["name"] for each in sent["attachments"]] == ["海.png"]
    [listed] = (await reader.api.get(f"rooms/{room}/attachments", params={"kind": "image"})).json()["items"]
    shown = (await reader.api.get(f"attachments/{told['id']}")).json()
    assert (shown["message"], listed["id"]) == (sent["id"], told["id"])
    moved = await reader.api.get(f"attachments/{told['id']}/file")
    assert moved.status_code == 302
    assert "Cookie" in moved.headers["vary"]  # the next person of this browser asks anew
    there = await reader.site.get(moved.headers["location"])
    assert (there.status_code, there.headers["content-type"]) == (200, "image/png")
    assert there.headers["cache-control"].startswith("private, max-age=")
    beginning = await reader.site.get(moved.headers["location"], headers={"Range": "bytes=0-7"})
    assert (beginning.status_code, beginning.content) == (206, b"\x89PNG\r\n\x1a\n")
    small = await reader.site.get((await reader.api.get(f"attachments/{told['id']}/thumbnail")).headers["location"])
    assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
    error(await reader.api.delete(f"attachments/{told['id']}"), 403, "not_allowed")
    assert (await sender.api.delete(f"attachments/{told['id']}")).status_code == 204
    for path in ("", "/file", "/thumbnail"):
        error(await reader.api.get(f"attachments/{told['id']}{path}"), 404, "attachment_not_found")
    [message] = (await reader.api.get(f"rooms/{room}/messages")).json()["items"]
    assert (message["deleted"], message.get("attachments", [])) == (True, [])


async def test_a_large_file_goes_in_parts_and_is_resumed(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room, sender = (await make.room({Role.MASTER: aiko})).id, Sender(clients, token)
    data = b"line of text\n" * (PART // 13 + 1)
    told = (await sender.announce(room, len(data), "a.txt")).json()
    last = told["upload"]["parts"][1]
    assert (await sender.site.put(last, content=data[PART:])).status_code == 204
    error(await sender.site.put(last, content=data[PART:] + b"x"), 413, "body_too_large")
    error(await sender.site.get(last), 404, "not_found")
    again = (await sender.api.post(f"attachments/{told['id']}/resume")).json()["upload"]
    assert again["arrived"] == [2]
    assert (await sender.site.put(again["parts"][0], content=data[:PART])).status_code == 204
    done = [await sender.api.post(f"attachments/{told['id']}/complete") for _ in range(2)]
    assert [(each.status_code, each.json()["size"]) for each in done] == [(200, len(data))] * 2
    assert "upload" not in (await sender.api.post(f"attachments/{told['id']}/resume")).json()
    error(await sender.site.put(again["parts"][0], content=data[:PART]), 404, "attachment_not_found")


@pytest.mark.parametrize("size", [0, -1, True, 1.0, 1.5, "5", None, 2**63, 10**400, 101 * 1024**2])
async def test_sizes_that_are_none_are_refused(clients: Clients, make: Factory, size: object):
    aiko, token = await make.signed_in()
    room = await make.room({Role.MASTER: aiko})
    refused = await clients(token).post(f"rooms/{room.id}/attachments", json={"name": "a", "size": size})
    assert refused.status_code == 422, refused.text


@pytest.mark.parametrize(
    "name", ["a\r\nX: y.txt", "\u202egnp.txt", "a\0%00.txt", '"; x="\\', "../../etc/passwd", "", "é" * 5_000, "CON. ."]
)
async def test_hostile_file_name_is_cleaned(clients: Clients, make: Factory, name: str):
    aiko, token = await make.signed_in()
    room, sender = (await make.room({Role.MASTER: aiko})).id, Sender(clients, token)
    file = await sender.upload(room, b"<script>alert(1)</script>", name)
    assert file["mime_type"] == "text/plain"
    assert file["name"] == file["name"].strip() != ""
    assert not set(file["name"]) & set("\r\n\0/\\\u202e")
    there = await sender.site.get(file["url"])
    assert there.headers["content-disposition"].startswith("attachment; ")
    assert "x" not in there.headers


async def test_a_message_takes_no_file_that_is_not_to_be_sent(clients: Clients, make: Factory):
    (aiko, token), (ben, bens) = [await make.signed_in() for _ in "12"]
    room, other = [(await make.room({Role.MASTER: aiko, Role.MEMBER: ben})).id for _ in "12"]
    mine, others = Sender(clients, token), Sender(clients, bens)
    fine, elsewhere, bens_file = await mine.upload(room), await mine.upload(other), await others.upload(room)
    used, gone = await mine.upload(room), await mine.upload(room)
    assert (await mine.say(room, used["id"])).status_code == 201
    assert (await mine.api.delete(f"attachments/{gone['id']}")).status_code == 204
    pending = (await mine.announce(room, 5)).json()
    refused = (await mine.announce(room, 5)).json()
    await mine.put(refused, b"MZ\0\0\0")
    error(await mine.api.post(f"attachments/{refused['id']}/complete"), 422, "file_type_refused")
    not_found = (elsewhere["id"], bens_file["id"], used["id"], gone["id"], str(uuid4()), "x", "", "\0", room.hex)
    for bad in not_found:
        error(await mine.say(room, fine["id"], bad), 404, "attachment_not_found")
    for bad in (pending, refused):
        error(await mine.say(room, fine["id"], bad["id"]), 409, "file_not_ready")
    error(await mine.say(room, *[fine["id"]] * 1_000), 422, "attachments_limit")
    for shape in (None, "x", {}, [1], [None], [[]]):
        error(await mine.say(room, **{"attachments": shape}), 422, "invalid_request")
    sent = await mine.say(room, fine["id"], fine["id"])
    assert [each["id"] for each in sent.json()["attachments"]] == [fine["id"]]


@pytest.mark.parametrize("how", ["left", "banned", "archived"])
async def test_former_member_neither_reads_nor_sends_files(clients: Clients, make: Factory, do: Do, how: str):
    (aiko, token), (ben, bens) = [await make.signed_in() for _ in "12"]
    room = (await make.room({Role.MASTER: aiko, Role.MEMBER: ben})).id
    mine, his = Sender(clients, token), Sender(clients, bens)
    sent, unsent = await mine.upload(room), await his.upload(room)
    await mine.say(room, sent["id"])
    pending = (await his.announce(room, 5)).json()
    match how:
        case "left":
            await do(ben, leave_room, room)
        case "banned":
            await do(aiko, ban_member, room, ben.user_id)
        case _:
            await do(aiko, archive_room, room)
    status, code = (409, "room_archived") if how == "archived" else (404, "room_not_found")
    error(await his.announce(room, 5), status, code)
    error(await his.say(room, unsent["id"]), status, code)
    if how == "archived":
        assert (await his.api.get(f"attachments/{sent['id']}")).status_code == 200
        error(await his.api.post(f"attachments/{pending['id']}/complete"), 409, code)
        return
    for path in (f"attachments/{sent['id']}", f"attachments/{sent['id']}/file", f"attachments/{unsent['id']}"):
        error(await his.api.get(path), 404, "attachment_not_found")
    for path in ("complete", "resume"):
        error(await his.api.post(f"attachments/{pending['id']}/{path}"), 404, "attachment_not_found")
    error(await his.api.get(f"rooms/{room}/attachments"), 404, "room_not_found")


async def test_files_of_an_aside_are_its_persons_alone(clients: Clients, make: Factory):
    (aiko, token), (ben, bens) = [await make.signed_in() for _ in "12"]
    room = (await make.room({Role.MASTER: aiko, Role.MEMBER: ben})).id
    mine, his = Sender(clients, bens), Sender(clients, token)
    file = await mine.upload(room)
    assert (await mine.say(room, file["id"], visibility="private")).status_code == 201
    assert (await mine.api.get(f"attachments/{file['id']}")).status_code == 200
    for path in ("", "/file", "/thumbnail"):
        error(await his.api.get(f"attachments/{file['id']}{path}"), 404, "attachment_not_found")
    error(await his.api.delete(f"attachments/{file['id']}"), 404, "attachment_not_found")
    assert (await his.api.get(f"rooms/{room}/attachments")).json()["items"] == []


async def test_a_token_that_only_reads_uploads_nothing(clients: Clients, make: Factory, do: Do):
    aiko, token = await make.signed_in()
    room = (await make.room({Role.MASTER: aiko})).id
    file = await Sender(clients, token).upload(room)
    _, reading = await do(aiko, make_api_token, name="r", scopes=["read"], password=PASSWORD)
    reader = Sender(clients, reading)
    assert (await reader.api.get(f"attachments/{file['id']}")).status_code == 200
    for answer in (
        await reader.announce(room, 5),
        await reader.api.post(f"attachments/{file['id']}/complete"),
        await reader.api.post(f"attachments/{file['id']}/resume"),
        await reader.api.patch(f"attachments/{file['id']}", json={"caption": "x"}),
        await reader.api.delete(f"attachments/{file['id']}"),
    ):
        assert answer.status_code == 403


async def test_another_sites_page_uploads_nothing(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room = (await make.room({Role.MASTER: aiko})).id
    told = (await Sender(clients, token).announce(room, 5)).json()
    evil = clients.browser(token, Origin="https://evil.example")
    body = {"name": "a", "size": 5}
    error(await evil.post(f"rooms/{room}/attachments", json=body), 403, "cross_origin")
    error(await evil.put(f"http://parley.test{told['upload']['url']}", content=b"hello"), 403, "cross_origin")


async def test_no_address_leads_to_anything_else(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room, sender = (await make.room({Role.MASTER: aiko})).id, Sender(clients, token)
    file, other = await sender.upload(room), await sender.upload(room)
    said, _, seal = file["url"].removeprefix("/files/").partition(".")
    foreign = other["url"].removeprefix("/files/").partition(".")[0]
    for path in (
        f"{foreign}.{seal}",
        f"{said}=.{seal}",
        f"{said}.{seal}=",
        f"{said}%00.{seal}",
        f"./../files/%2e%2e/{said}",
        f"{said}.{seal}/x",
        f"{said}.",
        f".{seal}",
        f"{said}.{seal}" * 50,
        "%ff%fe.%f0%9f",
    ):
        for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"):
            assert (await sender.site.request(method, f"/files/{path}")).status_code == 404, (method, path)
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        assert (await sender.site.request(method, file["url"], content=b"x")).status_code == 404


async def test_concurrent_completions_examine_once(clients: Clients, make: Factory):
    aiko, token = await make.signed_in()
    room, sender = (await make.room({Role.MASTER: aiko})).id, Sender(clients, token)
    told = (await sender.announce(room, len(png()))).json()
    await sender.put(told, png())
    done = await asyncio.gather(*(sender.api.post(f"attachments/{told['id']}/complete") for _ in range(50)))
    assert {each.status_code for each in done} <= {200, 409}
    sends = await asyncio.gather(*(sender.say(room, told["id"]) for _ in range(10)))
    assert sorted(each.status_code for each in sends) == [201, *[404] * 9]
