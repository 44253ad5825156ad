"""One address for both servers, which adds what they lack, and fails where a test wants it to.

`emulate` has no totals, portal or ids of events; `localstripe` has no disputes, and an API older than Parley asks for.
"""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web

from tests.support.ports import free_port

SECRET = "whsec_of_the_tests"
OF_EMULATE = ("products", "prices", "checkout", "customers")


def signed(body: bytes, secret: str = SECRET, at: int | None = None) -> dict[str, str]:
    """The headers of an event, signed as Stripe does."""
    at = int(time.time()) if at is None else at
    signature = hmac.new(secret.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={signature}", "Content-Type": "application/json"}


def event(kind: str, subject: dict[str, Any], id_: str | None = None) -> bytes:
    """The body of an event about an object of Stripe."""
    about = {"id": id_ or f"evt_{uuid4().hex}", "object": "event", "type": kind, "created": int(time.time())}
    return json.dumps({**about, "data": {"object": subject}}).encode()


class StripeFront:
    """`with StripeFront() as front:`, in a thread. Requests are counted in `asked`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.local = self.emulate = self.parley = ""
        self.broken: dict[str, str] = {}
        """The fault of requests whose path begins so: `500`, `frozen` or `closed`."""
        self.disputes: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.portals: list[dict[str, str]] = []
        self.checkouts: list[dict[str, str]] = []
        self._prices: dict[str, dict[str, Any]] = {}
        self._sessions: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> "StripeFront":
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/relay", self._relay)
        app.router.add_get("/portal", self._portal_page)
        app.router.add_route("*", "/v1/{path:.*}", self._answer)
        self._thawed = asyncio.Event()
        self._http = aiohttp.ClientSession()
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def _stop(self) -> None:
        self._thawed.set()
        await self._http.close()
        await self._runner.cleanup()

    async def _relay(self, request: web.Request) -> web.Response:
        """Pass an event of emulate on, with an id and a signature of its own."""
        data = json.loads(await request.read())
        body = event(data["type"], data["data"]["object"])
        if self.parley:
            async with self._http.post(self.parley, data=body, headers=signed(body)) as answer:
                return web.Response(status=answer.status)
        return web.Response()

    async def _portal_page(self, request: web.Request) -> web.Response:
        return web.Response(
            text=f'<h1>Portal</h1><a href="{self.portals[-1]["return_url"]}">Back</a>', content_type="text/html"
        )

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(f"{request.method} {path}")
        for begins, how in self.broken.items():
            if path.startswith(begins):
                return await self._fail(request, how)
        if path.startswith("billing_portal/"):
            return await self._portal(request, path)
        if path == "disputes":
            found = [each for each in self.disputes if each["charge"] == request.query.get("charge")]
            return web.json_response({"object": "list", "data": found, "has_more": False})
        if path == "invoice_payments":
            intent = request.query.get("payment[payment_intent]")
            found = [{"invoice": each["id"]} for each in await self._invoices() if each["payment_intent"] == intent]
            return web.json_response({"object": "list", "data": found, "has_more": False})
        return await self._pass_on(request, path)

    async def _fail(self, request: web.Request, how: str) -> web.StreamResponse:
        if how == "frozen":
            await self._thawed.wait()
        if how == "closed":
            assert request.transport
            request.transport.abort()
        return web.json_response({"error": {"type": "api_error", "message": "no"}}, status=500)

    async def _portal(self, request: web.Request, path: str) -> web.Response:
        sent = {key: str(value) for key, value in (await request.post()).items()}
        if path.endswith("configurations"):
            return web.json_response({"id": "bpc_1", "object": "billing_portal.configuration"})
        self.portals.append(sent)
        return web.json_response({"id": "bps_1", "object": "billing_portal.session", "url": f"{self.url}/portal"})

    async def _pass_on(self, request: web.Request, path: str) -> web.Response:
        base = self.emulate if path.partition("/")[0] in OF_EMULATE else self.local
        query = [(key, value) for key, value in request.query.items() if not key.startswith("expand")]
        headers = {"Authorization": "Bearer sk_test_front", "Content-Type": request.headers.get("Content-Type", "")}
        body = await request.read()
        url = f"{base}/v1/{path}"
        async with self._http.request(request.method, url, params=query, data=body or None, headers=headers) as answer:
            data = await answer.json(content_type=None)
        if path.startswith("charges/"):
            data["payment_intent"] = next(
                (each["payment_intent"] for each in await self._invoices() if _id(each["charge"]) == data["id"]), None
            )
        if answer.status < 300:
            self._complete(path, data, {key: str(value) for key, value in (await request.post()).items()})
        return web.json_response(data, status=answer.status)

    def _complete(self, path: str, data: dict[str, Any], sent: dict[str, str]) -> None:
        """Add the data that the servers leave out."""
        for each in data["data"] if data.get("object") == "list" else [data]:
            if each.get("object") == "price":
                self._prices[each["id"]] = each
            if each.get("object") == "checkout.session":
                if "line_items[0][price]" in sent:
                    self.checkouts.append(sent)
                    self._sessions[each["id"]] = self._prices[sent["line_items[0][price]"]]
                price = self._sessions.get(each["id"], {})
                each |= {"amount_total": price.get("unit_amount"), "currency": price.get("currency")}
            if each.get("object") == "subscription" and each["trial_end"] and not each["latest_invoice"]:
                each["status"] = "trialing"
            if each.get("object") == "charge":
                each["disputed"] = any(dispute["charge"] == each["id"] for dispute in self.disputes)

    async def _invoices(self) -> list[dict[str, Any]]:
        headers = {"Authorization": "Bearer sk_test_front"}
        async with self._http.get(f"{self.local}/v1/invoices?limit=100", headers=headers) as answer:
            return list((await answer.json())["data"])


def _id(thing: Any) -> Any:
    return thing["id"] if isinstance(thing, dict) else thing
