"""An OpenID provider on loopback that says what it is told to, signed as it should be, however odd it is.

Nobody signs in there: any code is exchanged for `claims`.
"""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

CLIENT_ID = "parley"


async def _blanks() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


@dataclass
class SloppyServer:
    """`with SloppyServer() as server:`, then `server.issuer`. A claim that is `...` is left out of the ID token."""

    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    drips: bool = False
    """Whether it answers byte by byte, without end."""
    slash: str = ""
    """What stands behind the issuer in the provider's own description."""

    def __post_init__(self) -> None:
        self._key = RSAKey.generate_key(2048, {"kid": "k"})
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "SloppyServer":
        paths = {"/.well-known/openid-configuration": self._about, "/keys": self._keys, "/userinfo": self._told}
        routes = [Route(path, answer) for path, answer in paths.items()]
        app = Starlette(routes=[*routes, Route("/token", self._token, methods=["POST"])])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        listening = {"sockets": [self._socket]}  # what comes before it serves waits
        self._thread = threading.Thread(target=self._server.run, kwargs=listening, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    def logout_token(self, *, key: RSAKey | None = None, typ: str = "logout+jwt", **claims: Any) -> str:
        """A logout token; a claim that is `...` is left out."""
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        usual = {"iss": self.issuer, "aud": CLIENT_ID, "iat": int(time.time()), "jti": uuid4().hex, "events": event}
        said = {name: value for name, value in (usual | {"sub": "mio"} | claims).items() if value is not ...}
        return jwt.encode({"alg": "RS256", "kid": "k", "typ": typ}, said, key or self._key)

    async def _about(self, request: Request) -> Response:
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        urls = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()}
        urls |= {"jwks_uri": f"{self.issuer}/keys"}
        return JSONResponse({"issuer": self.issuer + self.slash, "backchannel_logout_supported": True, **urls})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _told(self, request: Request) -> Response:
        if self.drips:
            return StreamingResponse(_blanks())
        return JSONResponse(self.userinfo)

    async def _token(self, request: Request) -> Response:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 600, "sub": "mio"}
        claims = {name: value for name, value in (usual | self.claims).items() if value is not ...}
        signed = jwt.encode({"alg": "RS256", "kid": "k"}, claims, self._key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": signed})
