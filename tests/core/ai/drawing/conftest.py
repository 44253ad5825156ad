"""An AI with a model that draws, and the storage for its pictures."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chat_app.adapters.llm.factory import Gateway, LlmConfig, Provider, build_gateway
from chat_app.adapters.media.process_examiner import ProcessExaminer
from chat_app.adapters.storage.disk_storage import DiskStorage
from chat_app.adapters.tools.draw_picture import DrawPicture
from chat_app.adapters.tools.mcp.servers import McpServers
from chat_app.adapters.tools.toolbox import SiteToolbox
from chat_app.core.ai.asking.posts.posting import Posting
from chat_app.core.ai.drawing.painter import Painter
from chat_app.core.ai.images import StoredImages
from chat_app.core.files.objects.made import MadeFiles
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.messages.queries import history
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import Room
from tests.core.ai.conftest import Ai
from tests.support.use_cases import Do
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

DRAWER = "studio/flux-1"


@pytest.fixture
async def gateway(vendor: ScriptedVendor) -> AsyncIterator[Gateway]:
    providers = {
        "vllm": Provider(base_url=f"{vendor.url}/v1", models=("scripted", "seeing-1", "tooled")),
        "studio": Provider(base_url=f"{vendor.url}/v1", models=("flux-1",)),
    }
    vendor.models = ("scripted", "seeing-1", "tooled", "flux-1")
    gateway = build_gateway(LlmConfig(providers, local_ollama=None, retry_seconds=0, failures_to_pause=1_000))
    await gateway.warm_up()
    yield gateway
    vendor.models = ("scripted",)
    await gateway.aclose()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[DiskStorage]:
    storage = DiskStorage(tmp_path, b"k" * 32)
    yield storage
    await storage.aclose()


@pytest.fixture(scope="module")
async def examiner() -> AsyncIterator[ProcessExaminer]:
    examiner = ProcessExaminer()
    yield examiner
    await examiner.aclose()


@pytest.fixture
async def ai(
    new_ai: Callable[..., Ai],
    vendor: ScriptedVendor,
    gateway: Gateway,
    work: UnitOfWork,
    storage: DiskStorage,
    examiner: ProcessExaminer,
) -> AsyncIterator[Ai]:
    painter = Painter(gateway, MadeFiles(work, storage, examiner))
    toolbox = SiteToolbox([DrawPicture(gateway, freely=freely) for freely in (False, True)], McpServers())
    ai = new_ai(gateway, toolbox=toolbox, painter=painter, images=StoredImages(storage, examiner))
    await ai.start()
    yield ai
    await ai.stop()


@pytest.fixture
def posting(work: UnitOfWork, gateway: Gateway) -> Posting:
    return Posting(work, gateway)


async def told(do: Do, who: Actor, room: Room) -> list[MessageView]:
    return (await do(who, history, room.id)).messages


async def drawn(do: Do, who: Actor, room: Room) -> MessageView:
    """The newest answer, once it has ended."""
    found: list[MessageView] = []

    async def ended() -> bool:
        found[:] = [each for each in await told(do, who, room) if each.answer]
        return bool(found) and found[-1].answer is not None and found[-1].answer.status not in ("queued", "streaming")

    await until(ended)
    return found[-1]
