"""A server that takes uploads and does nothing with them: what they cost besides Parley is measured by it."""

import asyncio
import os
import sys
from typing import Any, Final

from aiohttp import web

_FILE: Final[dict[str, Any]] = {"id": "file", "status": "ready", "upload": {"url": "/sink"}}


async def _put(request: web.Request) -> web.Response:
    async for _ in request.content.iter_any():
        continue
    return web.Response(status=204)


async def _post(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response(_FILE)


async def main() -> None:
    """Serve on a free port, whose address is printed, until the standard input ends."""
    os.nice(19)  # as the uploader: both are elsewhere in life
    app = web.Application()
    app.router.add_put("/sink", _put)
    app.router.add_post("/{path:.*}", _post)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
