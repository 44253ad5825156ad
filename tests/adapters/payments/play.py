"""Google for tests: keys, the token of Pub/Sub's push, a service account's token, and what Play says of purchases."""

import asyncio
import base64
import json
import threading
import time
from typing import Any
from uuid import uuid4

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support.ports import free_port

PACKAGE, AUDIENCE, ACCOUNT = "app.parley", "https://parley.test/push", "push@parley.iam.gserviceaccount.com"


class GooglePlayServer:
    """`with GooglePlayServer() as play:`, in a thread; `purchases` are its answers, by token."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.account = RSAKey.generate_key(2048)
        self.purchases: dict[str, dict[str, Any]] = {}
        self.away = False

    def __enter__(self) -> "GooglePlayServer":
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        assert ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)

    @property
    def credentials(self) -> str:
        """The file of the service account."""
        key = self.account.as_pem(private=True).decode()
        return json.dumps({"client_email": "a@b.example", "token_uri": f"{self.url}/token", "private_key": key})

    def token(self, key: RSAKey | None = None, **changes: Any) -> dict[str, str]:
        """The headers of a push."""
        now = int(time.time())
        claims = {"iss": "https://accounts.google.com", "aud": AUDIENCE, "email": ACCOUNT, "email_verified": True}
        claims |= {"iat": now, "exp": now + 600, **changes}
        key = key or self.key
        return {"authorization": f"Bearer {jwt.encode({'alg': 'RS256', 'kid': key.kid or 'one'}, claims, key)}"}

    def push(self, package: str = PACKAGE, **notification: Any) -> bytes:
        """The body of a push."""
        data = {
            "version": "1.0",
            "packageName": package,
            "eventTimeMillis": str(int(time.time() * 1000)),
            **notification,
        }
        message = {"data": base64.b64encode(json.dumps(data).encode()).decode(), "messageId": uuid4().hex}
        return json.dumps({"message": message, "subscription": "projects/x/subscriptions/y"}).encode()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/certs", self._certs)
        app.router.add_post("/token", self._grant)
        app.router.add_get(
            "/androidpublisher/v3/applications/{package}/purchases/{kind}/tokens/{token}", self._purchase
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def _certs(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def _grant(self, request: web.Request) -> web.Response:
        sent = await request.post()
        jwt.decode(str(sent["assertion"]), self.account, algorithms=["RS256"])
        return web.json_response({"access_token": "access", "expires_in": 3600})

    async def _purchase(self, request: web.Request) -> web.Response:
        if self.away:
            return web.json_response({}, status=503)
        assert request.headers["Authorization"] == "Bearer access"
        found = self.purchases.get(request.match_info["token"])
        return web.json_response(found or {}, status=200 if found else 404)
