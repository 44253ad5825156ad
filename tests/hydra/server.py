"""Ory Hydra on loopback, as far as a login and consent app sees it: its admin API of version 2, and its public side.

Written after www.ory.sh/docs/hydra: "Login and consent flow" and the admin API's "oAuth2". A browser that begins at
`authorize` is sent to the app's pages, and ends at the application's address with a code or an error.
"""

import secrets
import socket
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.support.ports import free_port

CLIENT: dict[str, Any] = {"client_id": "files", "client_name": "Files", "redirect_uris": ["https://files.example/back"]}


@dataclass
class HydraServer:
    """`with HydraServer() as hydra:`, then `hydra.url`. `app` is the login and consent app's address."""

    app: str = ""
    back: str = CLIENT["redirect_uris"][0]
    """Where the application is that asks Hydra; one is at `/app/back` here."""
    down: bool = False
    unknown: bool = False
    """Whether it knows nobody whose sessions could end."""
    elsewhere: str = ""
    """Where answers send the browser in place of Hydra's own address."""
    challenges: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[tuple[str, str, Any]] = field(default_factory=list)
    """Each answer: to what, which, and its body."""
    remembered: str = ""
    """The subject that Hydra knows from before."""
    revoked: list[dict[str, str]] = field(default_factory=list)
    signed_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "HydraServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Serve, at the same address as before."""
        if self._socket.fileno() < 0:
            self._socket = socket.create_server(("127.0.0.1", int(self.url.rpartition(":")[2])))
        self._server = uvicorn.Server(uvicorn.Config(self._app(), log_level="error", lifespan="off"))
        listening = {"sockets": [self._socket]}
        self._thread = threading.Thread(target=self._server.run, kwargs=listening, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """Be gone: nobody listens at the address."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)
        self._socket.close()

    @property
    def settings(self) -> dict[str, str]:
        """Return Parley's settings for this server."""
        return {"hydra_public_url": self.url, "hydra_admin_url": f"{self.url}/"}

    def forget(self) -> None:
        """Be as new."""
        self.down, self.unknown, self.elsewhere, self.remembered = False, False, "", ""
        for kept in (self.challenges, self.answers, self.revoked, self.signed_out):
            kept.clear()

    def ask(self, kind: str, **fields: Any) -> str:
        """Begin a challenge; return it."""
        challenge, wanted = secrets.token_urlsafe(200), fields.pop("query", {})
        query = {"client_id": CLIENT["client_id"], "redirect_uri": self.back, "state": "s", **wanted}
        self.challenges[challenge] = {
            "challenge": challenge,
            "kind": kind,
            "skip": False,
            "subject": "",
            "client": CLIENT,
            "requested_scope": ["openid", "email"],
            "requested_access_token_audience": [],
            "oidc_context": {},
            "session_id": secrets.token_hex(8),
            "request_url": f"{self.url}/oauth2/auth?{urlencode(query)}",
            **fields,
        }
        return challenge

    def _app(self) -> Starlette:
        requests = "/admin/oauth2/auth/requests/{kind}"
        return Starlette(
            routes=[
                Route("/oauth2/auth", self._authorize),
                Route("/app/back", self._application),
                Route(requests, self._request),
                Route(f"{requests}/{{answer}}", self._answer, methods=["PUT"]),
                Route("/admin/clients", self._clients),
                Route("/admin/oauth2/auth/sessions/consent", self._revoke, methods=["DELETE"]),
                Route("/admin/oauth2/auth/sessions/login", self._sign_out, methods=["DELETE"]),
            ]
        )

    async def _authorize(self, request: Request) -> Response:
        """Begin with the login, continue with the consent, and end at the application."""
        verifier = request.query_params.get("verifier", "")
        if not verifier:
            challenge = self.ask("login", subject=self.remembered, skip=bool(self.remembered))
            return RedirectResponse(f"{self.app}/oauth2/login?login_challenge={challenge}")
        kind, answer, body = next(each for each in reversed(self.answers) if each[2].get("verifier") == verifier)
        if answer == "reject":
            return RedirectResponse(f"{self.back}?error={body['error']}&state=s")
        if kind == "login":
            challenge = self.ask("consent", subject=body["subject"])
            return RedirectResponse(f"{self.app}/oauth2/consent?consent_challenge={challenge}")
        if kind == "logout":
            return PlainTextResponse("You have left.")
        return RedirectResponse(f"{self.back}?code={secrets.token_hex(8)}&state=s")

    async def _application(self, request: Request) -> Response:
        """Return the page of an application that somebody has come back to."""
        return HTMLResponse('<html lang="en"><title>Wiki</title>Signed in')

    async def _request(self, request: Request) -> Response:
        found, problem = self._found(request)
        return problem or JSONResponse({name: value for name, value in found.items() if name != "kind"})

    async def _answer(self, request: Request) -> Response:
        found, problem = self._found(request)
        if problem:
            return problem
        body = (await request.json()) if await request.body() not in (b"", b"null") else {}
        verifier = secrets.token_urlsafe(20)
        found["used"] = True
        self.answers.append((found["kind"], request.path_params["answer"], {**body, "verifier": verifier}))
        return JSONResponse({"redirect_to": self.elsewhere or f"{self.url}/oauth2/auth?verifier={verifier}"})

    async def _clients(self, request: Request) -> Response:
        return JSONResponse({"error": "internal"}, 500) if self.down else JSONResponse([CLIENT])

    async def _revoke(self, request: Request) -> Response:
        if self.down:
            return JSONResponse({"error": "internal"}, 500)
        self.revoked.append(dict(request.query_params))
        return Response(status_code=204)

    async def _sign_out(self, request: Request) -> Response:
        if self.down:
            return JSONResponse({"error": "internal"}, 500)
        if self.unknown:
            return JSONResponse({"error": "Unable to locate the resource"}, 404)
        self.signed_out.append(request.query_params["subject"])
        return Response(status_code=204)

    def _found(self, request: Request) -> tuple[dict[str, Any], Response | None]:
        if self.down:
            return {}, JSONResponse({"error": "The server is away"}, 503)
        kind = request.path_params["kind"]
        found = self.challenges.get(request.query_params.get(f"{kind}_challenge", ""))
        if found is None or found["kind"] != kind:
            return {}, JSONResponse({"error": "Unable to locate the resource"}, 404)
        if found.get("used"):
            return {}, JSONResponse({"redirect_to": f"{self.url}/oauth2/auth?again"}, 410)
        return found, None
