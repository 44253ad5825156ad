"""Receive and send uploaded files, if the storage has no server of its own.

The address is the only credential: it is signed, and the permission was checked when it was created.
"""

import asyncio
import time
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api.errors import BodyTooLarge, domain_response, error_response, too_large_response
from chat_app.api.middleware.host import spellings
from chat_app.api.serving.ranges import RangeUnsatisfiable, asked_range
from chat_app.api.serving.receiving import BodyTooSlow, received
from chat_app.core.files.errors import FileRefused, StorageAway
from chat_app.core.files.storage.names import PATH, content_disposition, content_type
from chat_app.core.files.storage.ports import OpenObject, Permit, Presentation, Served
from chat_app.core.kernel.errors import DomainError
from chat_app.traffic.breaking_off import break_off
from chat_app.traffic.tally import tally

POLICY: Final = "sandbox; default-src 'none'"
_PIECE: Final = 256 * 1024

log = structlog.get_logger()


class StoredFiles:
    """Answers the addresses of a storage; passes all other requests on.

    With ``files_url``, files are read at that origin alone, so that none is ever part of the site's own, and pages of
    the site's ``origin`` may read them.
    """

    def __init__(self, app: ASGIApp, storage: Served, origin: str, files_url: str | None) -> None:
        self._app, self._storage = app, storage
        self._hosts = spellings(files_url) if files_url else None
        self._shared = {"Cross-Origin-Resource-Policy": "cross-origin" if files_url else "same-origin"}
        if files_url:
            self._shared["Access-Control-Allow-Origin"] = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return
        try:
            await self._answer(scope, receive, send)
        except BodyTooLarge as error:
            await too_large_response(scope, error)(scope, receive, send)
        except BodyTooSlow:
            tally.add("upload_too_slow")
            await error_response(scope, 408, "upload_too_slow", headers={"Connection": "close"})(scope, receive, send)
        except DomainError as error:
            await domain_response(scope, error)(scope, receive, send)
        except ClientDisconnect:
            return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        signed = scope["path"].removeprefix(PATH)
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        permit = self._storage.permit(method, signed)
        if permit and permit.part:
            await self._take(permit, Request(scope, receive))
            await Response(status_code=204)(scope, receive, send)
        elif permit and permit.shown and self._is_here(scope):
            await self._give(permit, permit.shown, scope, receive, send)
        else:
            await error_response(scope, 404, "not_found")(scope, receive, send)

    def _is_here(self, scope: Scope) -> bool:
        return self._hosts is None or Headers(scope=scope).get("host", "").lower() in self._hosts

    async def _take(self, permit: Permit, request: Request) -> None:
        announced = request.headers.get("content-length")
        if announced is not None and announced.isdecimal() and int(announced) != permit.size:
            raise BodyTooLarge(permit.size) if int(announced) > permit.size else FileRefused("file_size_differs")
        await self._storage.receive(permit, received(request.stream(), permit.size))

    async def _give(self, permit: Permit, shown: Presentation, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            opened = await self._storage.open(permit.key)
        except FileNotFoundError:
            await error_response(scope, 404, "not_found")(scope, receive, send)
            return
        try:
            headers = {**self._shared, **_described(permit, shown, opened)}
            await _send_opened(opened, headers, scope, receive, send)
        finally:
            await opened.aclose()


def _described(permit: Permit, shown: Presentation, opened: OpenObject) -> dict[str, str]:
    return {
        "Content-Type": content_type(shown.mime_type),
        "Content-Disposition": content_disposition(shown),
        "Content-Security-Policy": POLICY,
        "Cache-Control": f"private, max-age={max(permit.expires - int(time.time()), 0)}",
        "Accept-Ranges": "bytes",
        "ETag": opened.tag,
    }


async def _send_opened(opened: OpenObject, headers: dict[str, str], scope: Scope, receive: Receive, send: Send) -> None:
    asked = Headers(scope=scope)
    if opened.tag in (tag.strip() for tag in asked.get("if-none-match", "").split(",")):
        await Response(status_code=304, headers=headers)(scope, receive, send)
        return
    try:
        same = asked.get("if-range", opened.tag) == opened.tag
        part = asked_range(asked.get("range") if same else None, opened.size)
    except RangeUnsatisfiable:
        beyond = {"Content-Range": f"bytes */{opened.size}"}
        await error_response(scope, 416, "malformed_request", headers=beyond)(scope, receive, send)
        return
    status, wanted = (200, range(opened.size)) if part is None else (206, part)
    headers["Content-Length"] = str(len(wanted))
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{opened.size}"
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    try:
        await _send_pieces(opened, range(0) if scope["method"] == "HEAD" else wanted, receive, send)
    except DomainError as error:  # too late for another answer
        log.warning("body_broken_off", code=error.code)
        await break_off(scope, receive)


async def _send_pieces(opened: OpenObject, wanted: range, receive: Receive, send: Send) -> None:
    """Send bytes piece by piece, each after the previous one was sent, until the client disconnects.

    Raises ``StorageAway`` where they cannot be read, or there are fewer.
    """
    leaving = asyncio.ensure_future(_left(receive))
    try:
        for start in range(wanted.start, wanted.stop, _PIECE):
            length = min(_PIECE, wanted.stop - start)
            piece = await opened.read(start, length)
            if leaving.done():
                return
            if len(piece) < length:
                raise StorageAway()
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
