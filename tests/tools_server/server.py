"""A tool server on loopback, by the SDK of MCP. In a test: `with ToolServerThread() as server:`, then `server.url`."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from mcp.server.mcpserver import Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from tests.support.ports import free_port

Scope = dict[str, Any]
PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(40)


def example_server() -> MCPServer:
    """A server of a few tools."""
    server = MCPServer("examples")

    @server.tool(annotations=ToolAnnotations(read_only_hint=True), title="Look up a word")
    def look_up(word: str) -> str:
        """Look a word up in the team's glossary."""
        return f"{word} means: tea"

    @server.tool()
    def write_down(text: str) -> str:
        """Write a text down for everybody."""
        return f"written: {text}"

    @server.tool()
    def fail() -> str:
        """Fail."""
        raise ToolError("the shelf is empty")

    @server.tool(structured_output=False)
    def draw() -> list[Any]:
        """Draw a picture."""
        return ["Here it is", Image(data=PIXEL, format="png")]

    @server.tool()
    def write_much() -> str:
        """Write 30,000 letters."""
        return "a" * 30_000

    @server.tool()
    async def hang() -> str:
        """Never answer."""
        await asyncio.Event().wait()
        return ""

    return server


class ToolServerThread:
    """The server, in a thread with its own loop. Where `token` is set, it is wanted; `seen` has the headers."""

    def __init__(self, make: Callable[[], MCPServer] = example_server, *, port: int = 0, **how: Any) -> None:
        self._make, self._how = make, how
        self.port = port or free_port()
        self.token: str | None = None
        self.seen: list[dict[str, str]] = []
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    def __enter__(self) -> "ToolServerThread":
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and return when it listens."""
        app = self._make().streamable_http_app(**self._how)
        config = uvicorn.Config(self._guarded(app), port=self.port, log_level="critical", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            threading.Event().wait(0.005)

    def stop(self) -> None:
        """Stop, as a server that is killed: connections are cut."""
        if self._server and self._thread:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(10)
            self._server = None

    def _guarded(self, app: Callable[[Scope, Any, Any], Awaitable[None]]) -> Any:
        async def guarded(scope: Scope, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                headers = {name.decode(): value.decode() for name, value in scope["headers"]}
                self.seen.append(headers)
                if self.token and headers.get("authorization") != f"Bearer {self.token}":
                    await send({"type": "http.response.start", "status": 401, "headers": []})
                    await send({"type": "http.response.body", "body": b""})
                    return
            await app(scope, receive, send)

        return guarded
