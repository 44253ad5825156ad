"""A small toolbox, and an AI whose model can call tools."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.ai.ports.gateway import LlmGateway
from chat_app.core.ai.tool_use.making import CallPatience
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.rooms.tables import AiRule, Room
from chat_app.core.tools.ports import ToolInfo, ToolResult
from tests.core.ai.conftest import Ai, gateway_to
from tests.support.factory import Factory
from tests.support.waiting import until
from tests.vendor.server import ScriptedVendor

ANY = {"type": "object"}


class SmallToolbox:
    """`add` adds; `send` needs approval; `fail` fails, `raise` raises, `hang` waits for `release`; `long` is long."""

    def __init__(self) -> None:
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.release = asyncio.Event()
        self.prices: dict[str, int] = {}

    async def tools(self) -> list[ToolInfo]:
        names = ("add", "send", "fail", "raise", "hang", "long", "odd", "none")
        return [ToolInfo(f"test/{name}", name, name.title(), f"Does {name}.", ANY, "Test") for name in names]

    def needs_approval(self, tool_id: str, arguments: Mapping[str, Any]) -> bool:
        if tool_id == "test/odd":
            raise ValueError
        return tool_id == "test/send"

    async def price(self, tool_id: str) -> int:
        return self.prices.get(tool_id.removeprefix("test/"), 0)

    async def call(self, tool_id: str, arguments: Mapping[str, Any]) -> ToolResult:
        self.called.append((tool_id.removeprefix("test/"), dict(arguments)))
        match tool_id:
            case "test/add":
                return ToolResult(str(sum(arguments.values())))
            case "test/fail":
                return ToolResult("The page is not there.", failed=True)
            case "test/raise":
                raise RuntimeError("inside")
            case "test/hang":
                await self.release.wait()
            case "test/long":
                return ToolResult("word " * 10_000)
            case "test/none":
                return ToolResult("")
        return ToolResult("done\x00 and sent")

    async def aclose(self) -> None:
        pass


@pytest.fixture(scope="session")
def vendor_server() -> Iterator[ScriptedVendor]:
    with ScriptedVendor(models=("tooled", "scripted")) as server:
        yield server


@pytest.fixture(scope="session")
async def gateway(vendor_server: ScriptedVendor) -> AsyncIterator[LlmGateway]:
    gateway = gateway_to(vendor_server)
    await gateway.warm_up()
    yield gateway
    await gateway.aclose()


@pytest.fixture
def toolbox() -> SmallToolbox:
    return SmallToolbox()


@pytest.fixture
def patience() -> CallPatience:
    return CallPatience(look=0.05)


@pytest.fixture
async def ai(
    new_ai: Callable[..., Ai], vendor: ScriptedVendor, toolbox: SmallToolbox, patience: CallPatience
) -> AsyncIterator[Ai]:
    ai = new_ai(toolbox=toolbox, patience=patience)
    await ai.start()
    yield ai
    await ai.stop()


@pytest.fixture
async def room(make: Factory, aiko: Actor, toolbox: SmallToolbox) -> Room:
    """Aiko's room, where the AI answers every message and has all tools."""
    tools = [tool.id for tool in await toolbox.tools()]
    return await make.room({Role.MASTER: aiko}, ai_rule=AiRule.ALWAYS, ai_tools=tools)


def calls_of(ai: Ai, answer: MessageView) -> list[dict[str, Any]]:
    """The calls as the room was shown them last."""
    return [dict(call) for call in ai.told(answer).answer.calls]


async def waiting(ai: Ai, answer: MessageView) -> str:
    """Wait until a call waits for approval; returns its id."""
    return await until(lambda: next((call["id"] for call in calls_of(ai, answer) if call["status"] == "waiting"), None))
