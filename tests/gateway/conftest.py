"""The gateway as it is run: `python -m chat_app.gateway`, a separate process."""

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chat_app.adapters.llm_grpc.channel import GatewayAddress
from chat_app.adapters.llm_grpc.grpc_gateway import GrpcGateway
from chat_app.adapters.llm_grpc.timeouts import GatewayTimeouts
from tests.adapters.llm.conftest import TOKEN
from tests.support.fork_server.process import ForkedProcess
from tests.support.ports import free_port
from tests.vendor.server import ScriptedVendor

MODEL = "compatible/scripted"


class GatewayProcess:
    """A gateway on a port of its own, which it has again after each start."""

    def __init__(self, vendor: str, log: Path, **environment: str) -> None:
        self.port, self._log = free_port(), log
        self.target = f"127.0.0.1:{self.port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "PARLEY_LLM_GATEWAY_TOKEN": TOKEN,
            "PARLEY_LLM_GATEWAY_LISTEN": self.target,
            "PARLEY_LOG_LEVEL": "info",
            "OLLAMA_BASE_URL": "http://127.0.0.1:1",
            "COMPATIBLE_BASE_URL": f"{vendor}/v1",
            **environment,
        }
        self.process: ForkedProcess | None = None

    def start(self) -> None:
        """Start, and return when it can be reached."""
        with self._log.open("a") as log:
            self.process = ForkedProcess("chat_app.gateway", environment=self._environment, errors=log)
        if "gateway is at" not in self.process.stdout.readline():
            raise AssertionError(self._log.read_text())

    def send(self, number: int) -> None:
        """Send it a signal."""
        assert self.process
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it at once."""
        self.send(signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Return its exit code when it has ended."""
        assert self.process
        code, self.process = self.process.wait(60), None
        return code

    def log(self) -> str:
        """Return its log."""
        return self._log.read_text()


@pytest.fixture(scope="module")
def vendor() -> Iterator[ScriptedVendor]:
    with ScriptedVendor() as vendor:
        yield vendor


@pytest.fixture
def vendors(vendor: ScriptedVendor) -> ScriptedVendor:
    """The vendor, which holds answers back if their script says so."""
    vendor.hold()
    vendor.forget()
    return vendor


@pytest.fixture(scope="module")
def kept(vendor: ScriptedVendor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """The process between tests, so that few tests start one."""
    process = GatewayProcess(vendor.url, tmp_path_factory.mktemp("gateway") / "gateway.log")
    yield process
    if process.process:
        process.kill()


@pytest.fixture
def process(kept: GatewayProcess, vendors: ScriptedVendor) -> GatewayProcess:
    if not kept.process:
        kept.start()
    return kept


@pytest.fixture
async def client() -> AsyncIterator[Callable[..., GrpcGateway]]:
    """Makes clients, which wait long enough for a busy machine where a test says nothing else."""
    clients = []

    def client(target: str, token: str = TOKEN, **more: Any) -> GrpcGateway:
        waits = {"retry": 0.1, "silence": 10.0, "call": 10.0, "health": 10.0}
        patience = GatewayTimeouts(**{name: more.pop(name, seconds) for name, seconds in waits.items()})
        clients.append(made := GrpcGateway(GatewayAddress(target, token, **more), None, patience))
        return made

    yield client
    for each in clients:
        await each.aclose()
