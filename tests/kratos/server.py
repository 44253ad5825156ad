"""Ory Kratos on loopback, as far as Parley asks for it: both of its APIs, and pages to sign in, sign up and change.

Written after www.ory.sh/docs: "Identity and session APIs" and "Browser flows" of version 1. Tests say who there is by
`add`, and begin sessions by `sign_in` where no browser does it.
"""

import secrets
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import uvicorn
from passlib.hash import argon2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

COOKIE = "ory_kratos_session"
FORM = """<!doctype html><html lang="en"><title>{flow}</title><h1>{flow} at the keeper</h1><p role="alert">{error}</p>
<form method="post"><label>Email <input name="identifier"></label><label>Password <input name="password"></label>
<button>{flow}</button></form></html>"""


@dataclass
class KratosServer:
    """`with KratosServer() as kratos:`, then `kratos.url`. Set `down` to have it fail, `odd` for what is no session."""

    down: bool = False
    odd: Any = None
    identities: dict[str, dict[str, Any]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    # --- what tests do ------------------------------------------------------------------------------------------------

    def add(self, email: str = "", *, verified: bool = True, **traits: Any) -> str:
        """An identity; its id."""
        return str(self._create({"traits": {"email": email, **traits}}, verified=verified)["id"])

    def verify(self, identity_id: str, email: str, *, verified: bool = True) -> None:
        """Change a person's email."""
        identity = self.identities[identity_id]
        identity["traits"]["email"] = email
        identity["verifiable_addresses"] = [_address(email, verified)]

    def sign_in(self, identity_id: str, *, now: datetime | None = None) -> str:
        """Begin a session of thirty days; return its cookie's value."""
        now = now or datetime.now(UTC)
        session_id, cookie = str(uuid4()), f"MTc2{secrets.token_urlsafe(200)}=="
        self.sessions[session_id] = {
            "id": session_id,
            "active": True,
            "aal_missing": False,
            "authenticated_at": _written(now),
            "expires_at": _written(now + timedelta(days=30)),
            "identity_id": identity_id,
        }
        self.cookies[cookie] = session_id
        return cookie

    def session_of(self, cookie: str) -> dict[str, Any]:
        """The session behind a cookie; change it as you like."""
        return self.sessions[self.cookies[cookie]]

    # --- running ------------------------------------------------------------------------------------------------------

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "KratosServer":
        self._server = uvicorn.Server(uvicorn.Config(self._app(), log_level="error", lifespan="off"))
        listening = {"sockets": [self._socket]}  # what comes before it serves waits
        self._thread = threading.Thread(target=self._server.run, kwargs=listening, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    @property
    def settings(self) -> dict[str, str]:
        """Return Parley's settings for this server."""
        return {"kratos_public_url": self.url, "kratos_admin_url": f"{self.url}/"}

    def forget(self) -> None:
        """Be as new."""
        self.down, self.odd = False, None
        for kept in (self.identities, self.hashes, self.sessions, self.cookies, self.requests):
            kept.clear()

    # --- its APIs -----------------------------------------------------------------------------------------------------

    def _app(self) -> Starlette:
        flows = [
            Route(f"/self-service/{flow}/browser", getattr(self, f"_{flow}"), methods=["GET", "POST"])
            for flow in ("login", "registration", "settings")
        ]
        return Starlette(
            routes=[
                Route("/sessions/whoami", self._answering(self._whoami)),
                Route("/admin/sessions/{id}", self._answering(self._session), methods=["GET"]),
                Route("/admin/sessions/{id}", self._answering(self._end), methods=["DELETE"]),
                Route("/admin/identities", self._answering(self._found), methods=["GET"]),
                Route("/admin/identities", self._answering(self._made), methods=["POST"]),
                *flows,
                Route("/favicon.ico", lambda _: Response(status_code=204)),
            ]
        )

    def _answering(self, handle: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            self.requests.append(f"{request.method} {request.url.path}")
            if self.down:
                return JSONResponse({"error": {"code": 500, "status": "Internal Server Error"}}, 500)
            response: Response = await handle(request)
            return response

        return endpoint

    async def _whoami(self, request: Request) -> Response:
        cookie = request.headers.get("x-session-token") or request.cookies.get(COOKIE, "")
        session = self.sessions.get(self.cookies.get(cookie, ""))
        if session is None or not self._is_active(session):
            return _error(401, "session_inactive", "No valid session credentials found in the request.")
        if session["aal_missing"]:
            return _error(403, "session_aal2_required", "The session does not fulfil the requested assurance level.")
        response = JSONResponse(self._told(session) if self.odd is None else self.odd)
        response.headers["Set-Cookie"] = f"{COOKIE}={cookie}; Path=/; HttpOnly"  # as it issues one anew at times
        return response

    async def _session(self, request: Request) -> Response:
        assert request.query_params["expand"] == "identity"
        session = self.sessions.get(request.path_params["id"])
        return JSONResponse(self._told(session)) if session else _error(404, "", "Unable to locate the resource")

    async def _end(self, request: Request) -> Response:
        session = self.sessions.get(request.path_params["id"])
        if session is None:
            return _error(404, "", "Unable to locate the resource")
        session["active"] = False
        return Response(status_code=204)

    async def _found(self, request: Request) -> Response:
        wanted = request.query_params["credentials_identifier"].lower()
        return JSONResponse([each for each in self.identities.values() if wanted in _identifiers(each["traits"])])

    async def _made(self, request: Request) -> Response:
        body = await request.json()
        assert body["schema_id"] == "default"
        taken = {name for each in self.identities.values() for name in _identifiers(each["traits"])}
        if _identifiers(body["traits"]) & taken:
            return _error(409, "", "This identity conflicts with another identity that already exists.")
        return JSONResponse(self._create(body), 201)

    def _create(self, body: dict[str, Any], *, verified: bool = False) -> dict[str, Any]:
        identity_id = str(uuid4())
        email = body["traits"].get("email", "")
        self.identities[identity_id] = {
            "id": identity_id,
            "schema_id": "default",
            "state": "active",
            "traits": body["traits"],
            "metadata_admin": body.get("metadata_admin"),
            "verifiable_addresses": body.get("verifiable_addresses") or [_address(email, verified)],
        }
        password = body.get("credentials", {}).get("password", {}).get("config", {}).get("hashed_password")
        if password:
            assert password.startswith("$argon2id$v=19$m=")
            self.hashes[identity_id] = password
        return self.identities[identity_id]

    def _is_active(self, session: dict[str, Any]) -> bool:
        return bool(session["active"]) and self.identities[session["identity_id"]]["state"] == "active"

    def _told(self, session: dict[str, Any]) -> dict[str, Any]:
        identity = self.identities[session["identity_id"]]
        return {
            **{name: session[name] for name in ("id", "authenticated_at", "expires_at")},
            "active": self._is_active(session),
            "authenticator_assurance_level": "aal1",
            "identity": {name: value for name, value in identity.items() if name != "metadata_admin"},
            "devices": [{"id": str(uuid4()), "ip_address": "192.0.2.7", "user_agent": "Firefox/140.0 Linux"}],
        }

    # --- its pages ----------------------------------------------------------------------------------------------------

    async def _login(self, request: Request) -> Response:
        session = self.sessions.get(self.cookies.get(request.cookies.get(COOKIE, ""), ""))
        if session and self._is_active(session) and "aal" not in request.query_params:
            return RedirectResponse(request.query_params["return_to"], 303)
        if request.method == "GET":
            return HTMLResponse(FORM.format(flow="Sign in", error=""))
        form = await request.form()
        for identity in self.identities.values():
            known = str(form["identifier"]).lower() in _identifiers(identity["traits"])
            if known and argon2.verify(str(form["password"]), self.hashes[identity["id"]]):
                return self._let_in(request, identity["id"])
        return HTMLResponse(FORM.format(flow="Sign in", error="The provided credentials are invalid."))

    async def _registration(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(FORM.format(flow="Sign up", error=""))
        form = await request.form()
        identity_id = self.add(str(form["identifier"]))
        self.hashes[identity_id] = argon2.using(type="ID", rounds=1, memory_cost=8, parallelism=1).hash(
            str(form["password"])
        )
        return self._let_in(request, identity_id)

    async def _settings(self, request: Request) -> Response:
        return HTMLResponse(FORM.format(flow="Settings", error=""))

    def _let_in(self, request: Request, identity_id: str) -> Response:
        response = RedirectResponse(request.query_params["return_to"], 303)
        # As Go writes it, without the quotes that Python puts around a value with a "=" in it.
        response.headers["Set-Cookie"] = f"{COOKIE}={self.sign_in(identity_id)}; Path=/; HttpOnly; SameSite=Lax"
        return response


def _written(at: datetime) -> str:
    """As Go writes it, to the nanosecond."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "123Z")


def _identifiers(traits: dict[str, Any]) -> set[str]:
    return {str(traits[name]).lower() for name in ("email", "username") if traits.get(name)}


def _address(email: str, verified: bool) -> dict[str, Any]:
    status = "completed" if verified else "pending"
    return {"id": str(uuid4()), "value": email, "verified": verified, "via": "email", "status": status}


def _error(status: int, error_id: str, reason: str) -> Response:
    return JSONResponse({"error": {"id": error_id, "code": status, "reason": reason}}, status)
