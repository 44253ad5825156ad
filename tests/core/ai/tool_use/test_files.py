"""Files that a tool server answers: examined as uploads are, and given to the answer."""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from mcp.server.mcpserver import Image, MCPServer
from mcp_types import AudioContent, BlobResourceContents, EmbeddedResource, ImageContent
from PIL import Image as Pixels
from sqlalchemy import select, text

from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.core.access.permissions import Role
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.tool_use.queries import view_tool_call
from chat_app.core.files.attached.hiding import exclude_file_from_ai
from chat_app.core.files.attached.sending import ATTACHMENTS_MAX
from chat_app.core.files.objects.made import MadeFiles
from chat_app.core.files.objects.sweeping import UNSENT_KEPT, sweep_files
from chat_app.core.files.tables import Attachment
from chat_app.core.files.usage import own_space
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.tools.servers import ToolEndpoint
from tests.core.ai.conftest import Ai
from tests.core.ai.tool_use.conftest import calls_of
from tests.support.clock import Clock
from tests.support.factory import Factory
from tests.tools_server.server import ToolServerThread
from tests.vendor.server import ScriptedVendor

pytestmark = pytest.mark.slow


def png(size: tuple[int, int] = (60, 40)) -> bytes:
    out = BytesIO()
    Pixels.new("RGB", size, "teal").save(out, "PNG")
    return out.getvalue()


def resource(name: str, mime_type: str, data: bytes) -> EmbeddedResource:
    blob = BlobResourceContents(uri=f"file:///out/{name}", mime_type=mime_type, blob=b64encode(data).decode())
    return EmbeddedResource(type="resource", resource=blob)


def drawing_server() -> MCPServer:
    server = MCPServer("drawing")

    @server.tool(structured_output=False)
    def chart() -> list[Any]:
        return ["Sales went up.", Image(data=png(), format="png")]

    @server.tool(structured_output=False)
    def report() -> list[Any]:
        return [resource("..%2Fsales%202026.csv", "text/csv", b"month,sum\nMay,42\n")]

    @server.tool(structured_output=False)
    def harm() -> list[Any]:
        program = resource("setup.exe", "application/octet-stream", b"MZ" + bytes(200))
        odd = ImageContent(type="image", mime_type="image/png", data="no base64!")
        lie = resource("photo.png", "image/png", b"<html><script>alert(1)</script></html>")
        sound = AudioContent(type="audio", mime_type="audio/wav", data="")
        return ["Here.", program, odd, lie, sound]

    @server.tool(structured_output=False)
    def many() -> list[Any]:
        return [Image(data=png((10 + n, 10)), format="png") for n in range(6)]

    return server


@pytest.fixture(scope="module")
def drawing() -> Iterator[ToolServerThread]:
    with ToolServerThread(drawing_server) as server:
        yield server


@pytest.fixture
async def ai(
    new_ai: Callable[..., Ai],
    vendor: ScriptedVendor,
    gateway: LlmGateway,
    work: UnitOfWork,
    storage: DiskStorage,
    cropper: ProcessExaminer,
    drawing: ToolServerThread,
) -> AsyncIterator[Ai]:
    servers = McpServers(list_seconds=5, call_seconds=5)
    servers.connect([ToolEndpoint("one", "Team", drawing.url, approval="never")])
    painter = Painter(gateway, MadeFiles(work, storage, cropper))
    ai = new_ai(toolbox=SiteToolbox([], servers), painter=painter)
    await ai.start()
    yield ai
    await ai.stop()
    await servers.aclose()


@pytest.fixture
async def room(make: Factory, aiko: Actor) -> Room:
    tools = [f"one/{name}" for name in ("chart", "report", "harm", "many")]
    return await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=tools)


async def answered(ai: Ai, aiko: Actor, room: Room, *names: str) -> MessageView:
    calls = " ".join(f"[[call{n or ''} Team_{name} {{}}]]" for n, name in enumerate(names))
    return await ai.ended(await ai.ask(aiko, room, f"{calls} [[say {{results}}]]"))


async def test_a_picture_of_a_tool_is_a_file_of_the_answer(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    answer = await answered(ai, aiko, room, "chart")
    assert answer.text.startswith("Sales went up.")
    assert "[A file, which everybody sees below your answer: picture.png, image/png]" in answer.text
    [file] = answer.attachments
    assert (file["name"], file["kind"], file["width"], file["height"]) == ("picture.png", "image", 60, 40)
    [call] = calls_of(ai, answer)
    whole = (await ai.do(aiko, view_tool_call, call["id"])).as_json()
    assert "picture.png" in whole["result"]
    space = await ai.do(aiko, own_space)
    assert space["used"] > 0, "it counts to who has asked"
    await ai.do(aiko, exclude_file_from_ai, file["id"], on=True)
    async with work.begin() as ctx:
        kept = (await ctx.db.scalars(select(Attachment))).one()
    assert (kept.message_id, kept.exclude_from_ai, kept.thumbnails) == (answer.id, True, 1)


async def test_a_resource_keeps_its_name_and_is_found_by_its_text(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    answer = await answered(ai, aiko, room, "report")
    [file] = answer.attachments
    assert (file["name"], file["kind"]) == ("sales 2026.csv", "text")
    async with work.begin() as ctx:
        jobs = await ctx.db.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'index_file'"))
    assert jobs == 1


async def test_refused_file_is_reported_and_leaves_no_objects(
    ai: Ai, aiko: Actor, room: Room, work: UnitOfWork, storage: DiskStorage
):
    answer = await answered(ai, aiko, room, "harm")
    assert answer.attachments == ()
    assert answer.text.startswith("Here.")
    for name in ("setup.exe", "photo.png"):
        assert f"[{name} could not be kept, so nobody sees it: file_" in answer.text
    assert "[A picture, which cannot be shown here: image/png]" in answer.text
    assert [call["status"] for call in calls_of(ai, answer)] == ["done"]
    async with work.begin() as ctx:
        assert (await ctx.db.scalars(select(Attachment))).all() == []
    assert not list(storage._folder._objects.iterdir())


async def test_an_answer_gets_as_many_as_a_message_has(
    ai: Ai, aiko: Actor, room: Room, work: UnitOfWork, clock: Clock, storage: DiskStorage
):
    answer = await answered(ai, aiko, room, "many")
    assert [file["width"] for file in answer.attachments] == [10, 11, 12, 13]
    assert answer.text.count("[A picture, which cannot be shown here") == 2
    answer = await answered(ai, aiko, room, "many", "many", "many")
    assert len(answer.attachments) == ATTACHMENTS_MAX
    clock.advance(seconds=UNSENT_KEPT.total_seconds() + 1)
    assert await sweep_files(work, storage) == 2


async def test_result_keeps_its_text_if_no_space_is_left(ai: Ai, aiko: Actor, room: Room, work: UnitOfWork):
    work.policy = type(work.policy)(quota_person_bytes=1)
    answer = await answered(ai, aiko, room, "chart")
    assert answer.attachments == ()
    assert answer.text.startswith("Sales went up.")
    assert "could not be kept, so nobody sees it: quota_person_full" in answer.text
