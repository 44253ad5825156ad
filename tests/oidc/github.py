"""GitHub on loopback, as far as signing in asks for it: its authorization page, token endpoint and two of its API's.

Written after docs.github.com: "Authorizing OAuth apps" and the REST API's "users" and "emails". People are added to
`people` by their login; the page lets in, without asking, whomever `login` names.
"""

import asyncio
import hashlib
import json
import secrets
import threading
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

CLIENT_ID, CLIENT_SECRET = "Iv1.parley", "a github secret of the tests alone"
CODE_IS_WRONG = {"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}


@dataclass
class GitHubServer:
    """`with GitHubServer() as server:`, then `server.url`. `login` is who sits at the browser; "" says no."""

    login: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def add(self, login: str, number: int, *emails: dict[str, Any], name: str | None = None) -> None:
        """A person; with `emails` as `/user/emails` lists them."""
        self.people[login] = {"user": {"id": number, "login": login, "name": name, "email": None}, "emails": emails}

    def __enter__(self) -> "GitHubServer":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def settings(self) -> dict[str, str]:
        """Return Parley's settings for this server."""
        return {
            "github_base_url": self.url,
            "github_client_id": CLIENT_ID,
            "github_client_secret": CLIENT_SECRET,
        }

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._connection, "127.0.0.1", 0)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            status, answer = self._answer(method, urlsplit(target), headers, body.decode())
            location = f"location: {answer}\r\n" if status == 302 else ""
            content = b"" if status == 302 else json.dumps(answer).encode()
            writer.write(
                f"HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\n{location}"
                f"content-length: {len(content)}\r\nconnection: close\r\n\r\n".encode()
                + content
            )
            await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def _answer(self, method: str, url: Any, headers: dict[str, str], body: str) -> tuple[int, Any]:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        match method, url.path:
            case "GET", "/login/oauth/authorize":
                return 302, self._authorize({name: value for name, [value] in parse_qs(url.query).items()})
            case "POST", "/login/oauth/access_token":
                return 200, self._exchange({name: value for name, [value] in parse_qs(body).items()})
            case "GET", "/api/v3/user" if bearer in self._tokens:
                return 200, self.people[self._tokens[bearer]]["user"]
            case "GET", "/api/v3/user/emails" if bearer in self._tokens:
                return 200, self.people[self._tokens[bearer]]["emails"]
        return (401, {"message": "Bad credentials"}) if "/api/" in url.path else (404, {"message": "Not Found"})

    def _authorize(self, asked: dict[str, str]) -> str:
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT_ID, "S256")
        assert asked["scope"].split() == ["read:user", "user:email"]
        if not self.login:
            refusal = {"error": "access_denied", "error_description": "The user has denied your application access."}
            return f"{asked['redirect_uri']}?{urlencode(refusal | {'state': asked['state']})}"
        code = secrets.token_hex(10)
        self._codes[code] = asked | {"login": self.login}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _exchange(self, given: dict[str, str]) -> dict[str, str]:
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return {"error": "incorrect_client_credentials"}
        asked = self._codes.pop(given.get("code", ""), None)
        verifier = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or asked["redirect_uri"] != given.get("redirect_uri") or asked["code_challenge"] != challenge:
            return CODE_IS_WRONG
        token = f"gho_{secrets.token_hex(18)}"
        self._tokens[token] = asked["login"]
        return {"access_token": token, "token_type": "bearer", "scope": "read:user,user:email"}


async def answer_of(url: str) -> dict[str, str]:
    """The parameters with which the page sends the browser back."""
    async with httpx.AsyncClient(verify=False) as browser:
        location = (await browser.get(url)).headers["location"]
    return {name: value for name, [value] in parse_qs(urlsplit(location).query).items()}
