"""A model vendor on loopback that does what the prompt tells it to (see `script.py`), in four vendors' formats.

In a test: `with ScriptedVendor() as vendor:`, then `vendor.url`, `vendor.requests`. By itself, for browser tests and
the bench: `python -m tests.vendor.server --port 9090`; then `GET /requests` lists what came in, and `DELETE /requests`
forgets it.
"""

import argparse
import asyncio
import hashlib
import itertools
import json
import re
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from tests.vendor.formats import JSON, Anthropic, Gemini, Ollama, OpenAi, Wire, dumps
from tests.vendor.pictures import answer_with
from tests.vendor.script import Script, parse

ROUTES: list[tuple[re.Pattern[str], str, type]] = [
    (re.compile(r"^(/v1)?/chat/completions$"), "openai", OpenAi),
    (re.compile(r"^/v1/messages$"), "anthropic", Anthropic),
    (re.compile(r"^/(v1beta/)?models/(?P<model>[^:]+):streamGenerateContent$"), "gemini", Gemini),
    (re.compile(r"^/api/chat$"), "ollama", Ollama),
]
SPEECH = re.compile(r"^(/v1)?/audio/speech$")
TRANSCRIPTIONS = re.compile(r"^(/v1)?/audio/transcriptions$")
BEGINNINGS = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"RIFF": "image/webp"}
DRAWS = re.compile(r"^(/v1)?/images/generations$")
KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key")


@dataclass
class Recorded:
    """One request as the vendor saw it. `outcome`: complete, failed, cut, ended, or left (the client hung up)."""

    vendor: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    outcome: str = ""
    sent: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def key(self) -> str:
        """The key that was shown, bare."""
        shown = next((self.headers[h] for h in KEY_HEADERS if h in self.headers), "")
        return shown.removeprefix("Bearer ")

    @property
    def turns(self) -> list[tuple[str, str]]:
        """(role, text) of every turn, system first, the same for all vendors."""
        return list(_turns(self.body))

    @property
    def images(self) -> list[tuple[str, bytes]]:
        """(media type, bytes) of every picture, in order, the same for all vendors."""
        return [image for message in _messages(self.body) for image in _images(message)]

    @property
    def tools(self) -> list[str]:
        """The names of the tools that are offered."""
        tools = [each.get("function", each) for each in self.body.get("tools") or ()]
        declared = [one for each in tools for one in each.get("function_declarations", [each])]
        return [each["name"] for each in declared]

    @property
    def results(self) -> list[list[str]]:
        """The results of tools after the last words of a person, by rounds."""
        rounds: list[list[str]] = []
        for role, text in self.turns:
            if role == "user":
                rounds = []
            elif role == "assistant":
                rounds.append([])
            elif role == "tool":
                rounds[-1].append(text)
        return [each for each in rounds if each]


def _turns(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    system = body.get("system") or body.get("system_instruction") or body.get("systemInstruction")
    if system:
        yield "system", _text(system)
    for message in _messages(body):
        if results := list(_results(message)):
            yield from (("tool", text) for text in results)
        else:
            yield {"model": "assistant"}.get(message["role"], message["role"]), _text(message)


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    return body.get("messages") or body.get("contents") or []


def _images(message: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The pictures of a turn. Ollama's have no types but those that their bytes begin with."""
    for encoded in message.get("images") or ():
        data = b64decode(encoded, validate=True)
        yield next((kind for start, kind in BEGINNINGS.items() if data.startswith(start)), "?"), data
    parts = message.get("content") if isinstance(message.get("content"), list) else message.get("parts") or []
    for part in parts:
        if "image_url" in part:
            found = re.fullmatch(r"data:([\w/+.-]+);base64,(.*)", part["image_url"]["url"], re.DOTALL)
            assert found, "it is no data URL"
            yield found[1], b64decode(found[2], validate=True)
        elif part.get("type") == "image":
            yield part["source"]["media_type"], b64decode(part["source"]["data"], validate=True)
        elif "inline_data" in part:
            yield part["inline_data"]["mime_type"], b64decode(part["inline_data"]["data"], validate=True)


def told_of(kind: str, data: bytes) -> str:
    """What `[[image]]` answers about a picture."""
    return f"{kind} {len(data)} {hashlib.sha256(data).hexdigest()[:12]}"


def _results(message: dict[str, Any]) -> Iterator[str]:
    """The results of tools in a turn: in two formats they are parts of a user's."""
    if message["role"] == "tool":
        yield _text(message)
    parts = message.get("content") if isinstance(message.get("content"), list) else message.get("parts") or []
    for part in parts:
        if part.get("type") == "tool_result":
            yield _text(part)
        elif "function_response" in part:
            yield _text(part["function_response"]["response"])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_text(part) for part in value)
    return _text(value.get("content") or value.get("parts") or value.get("text") or "")


class ScriptedVendor:
    """The server, in a thread with its own loop. `default` is what a prompt without directives gets.

    `raw`, where it is set, is what everybody gets instead: bytes, head included, and between them `wait` (for
    `release()`), at the end `stay` (until the client leaves) or `abort`; else the connection is closed. Where `key` is
    set, the lists of models want it. While `overloaded` is set, all are refused by a 429 with this `Retry-After`.
    """

    transcript: str | int
    speech: bytes | int
    raw: tuple[bytes | str, ...]
    overloaded: str | None

    def __init__(
        self, *, port: int = 0, default: Script | None = None, models: tuple[str, ...] = ("scripted",)
    ) -> None:
        self.port, self.default, self.models = port, default or Script(), models
        self.requests: list[Recorded] = []
        self.key: str | None = None
        self.is_ollama = True
        self.say_the_usual()
        self._failed_once: set[str] = set()
        self._released = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "ScriptedVendor":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.listen(), self._loop).result(10)
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def say_the_usual(self) -> None:
        """Answer as it does until a test wants something else."""
        self.transcript, self.speech, self.raw, self.overloaded = "Good morning", b"ID3", (), None

    def asked(self, question: str) -> Recorded:
        """Return the request for the first answer to a question; others, as for a room's name, may have come since."""
        return next(each for each in self.requests if any(question in text for _, text in each.turns[-1:]))

    def forget(self) -> None:
        """Forget all requests, and which prompts have failed once."""
        self.requests.clear()
        self._failed_once.clear()

    def release(self) -> None:
        """Let waiting answers go on, and later ones too, until `hold`."""
        self._loop.call_soon_threadsafe(self._released.set)

    def hold(self) -> None:
        """Make answers wait again where their script says so."""
        self._loop.call_soon_threadsafe(self._released.clear)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", self.port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._request(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; False when the connection must end."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = target.partition("?")[0]
        if method == "POST" and TRANSCRIPTIONS.match(path):
            _respond(writer, *self._transcription(target, headers, body))
            return True
        if method == "POST" and SPEECH.match(path):
            return await self._speak(Recorded("speech", target, headers, json.loads(body)), reader, writer)
        for pattern, vendor, wire in ROUTES:
            if method == "POST" and (found := pattern.match(path)):
                decoded = found.groupdict() | json.loads(body)
                recorded = Recorded(vendor, target, headers, decoded)
                self.requests.append(recorded)
                try:
                    return await self._answer(recorded, wire(decoded), reader, writer)
                finally:
                    recorded.outcome = recorded.outcome or "left"
                    recorded.done.set()
        if method == "POST" and DRAWS.match(path):
            recorded = Recorded("images", target, headers, json.loads(body))
            self.requests.append(recorded)
            try:
                return await self._draw(recorded, reader, writer)
            finally:
                recorded.outcome = recorded.outcome or "left"
                recorded.done.set()
        _respond(writer, *self._plain(method, path, headers))
        return True

    async def _draw(self, recorded: Recorded, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer a request for a picture; whoever hangs up meanwhile gets none."""
        prompt = recorded.body["prompt"]
        script = self._staged(prompt)
        await asyncio.sleep(script.slow)
        if script.hold is not None:
            released, left = asyncio.ensure_future(self._released.wait()), asyncio.ensure_future(reader.read(1))
            await asyncio.wait({released, left}, return_when=asyncio.FIRST_COMPLETED)
            released.cancel()
            if left.done():
                return False
            left.cancel()
            await asyncio.gather(left, return_exceptions=True)
        if script.fail or "filter" in script.flags:
            recorded.outcome = "failed"
            status = script.fail or 400
            kind = "filter" if "filter" in script.flags else ""
            _respond(writer, status, OpenAi({}).error_body(status, kind))
            return True
        recorded.outcome = "complete"
        _respond(writer, 200, answer_with(prompt, recorded.body.get("size"), script.flags))
        return True

    async def _speak(self, recorded: Recorded, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Say `speech`: its bytes in two pieces, between which "hold" waits and "cut" ends; or a status."""
        self.requests.append(recorded)
        if isinstance(self.speech, int):
            recorded.outcome = "failed"
            _respond(writer, self.speech, b'{"error":{"message":"no"}}')
            return True
        head = f"HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ncontent-length: {len(self.speech)}\r\n\r\n"
        half = len(self.speech) // 2
        writer.write(head.encode() + self.speech[:half])
        await writer.drain()
        if "cut" in recorded.body["input"]:
            return False
        if "hold" in recorded.body["input"]:
            released, left = asyncio.ensure_future(self._released.wait()), asyncio.ensure_future(reader.read(1))
            await asyncio.wait({released, left}, return_when=asyncio.FIRST_COMPLETED)
            released.cancel()
            if left.done():
                recorded.outcome = "left"
                recorded.done.set()
                return False
            left.cancel()
            await asyncio.gather(left, return_exceptions=True)
        writer.write(self.speech[half:])
        recorded.outcome = "complete"
        recorded.done.set()
        return True

    def _transcription(self, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Answer with `transcript`: a text, or the status of a refusal."""
        recorded = Recorded("transcription", target, headers, {"form": body}, "complete")
        self.requests.append(recorded)
        if isinstance(self.transcript, int):
            return self.transcript, b'{"error":{"message":"no"}}'
        return 200, json.dumps({"text": self.transcript}).encode()  # half a character, too

    def _plain(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        if method == "DELETE" and path == "/requests":
            self.requests.clear()
            return 200, b"{}"
        shown = next((headers[h] for h in KEY_HEADERS if h in headers), "").removeprefix("Bearer ")
        if self.key is not None and shown != self.key:
            return 401, b'{"error":"no such key"}'
        seen = [{"vendor": r.vendor, "turns": r.turns, "outcome": r.outcome, "sent": r.sent} for r in self.requests]
        pages: dict[str, Any] = {
            "/requests": seen,
            "/v1/models": {"object": "list", "data": list(map(_listed, self.models))},
            "/models": {"object": "list", "data": list(map(_listed, self.models))},
            "/v1beta/models": {"models": [{"name": f"models/{m}", "inputTokenLimit": 9_000} for m in self.models]},
        }
        if self.is_ollama:
            pages["/api/tags"] = {"models": [{"name": m, "model": m} for m in self.models]}
        return (200, dumps(pages[path])) if path in pages else (404, b'{"error":"not found"}')

    async def _answer(
        self, recorded: Recorded, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if self.raw:
            return await self._send_raw(recorded, reader, writer)
        if self.overloaded is not None:
            recorded.outcome = "failed"
            _respond(writer, 429, wire.error_body(429, ""), f"retry-after: {self.overloaded}")
            return True
        script = self._script(recorded)
        if "image" in script.flags:
            script = replace(script, say=", ".join(told_of(*each) for each in recorded.images) or "no picture")
        await asyncio.sleep(script.slow)
        calls = script.calls_in(len(recorded.results) + 1, offered=bool(recorded.tools))
        if calls:
            script = replace(script.healed(), say=script.lead if not recorded.results else "", tokens=0)
        elif script.say and recorded.results:
            script = replace(script, say=script.say.replace("{results}", " ".join(recorded.results[-1])))
        refused = script.fail or (400 if "toolong" in script.flags else None)
        if refused is not None:
            recorded.outcome = "failed"
            _respond(writer, refused, wire.error_body(refused, "toolong" if "toolong" in script.flags else ""))
            return True
        writer.write(_head(200, wire.content_type, "transfer-encoding: chunked"))
        prompt_tokens = sum(len(text) for _, text in recorded.turns)
        _chunk(writer, wire.start(prompt_tokens))
        recorded.outcome = await self._send(recorded, script, wire, reader, writer)
        if recorded.outcome == "complete" and calls:
            _chunk(writer, wire.calls(calls))
            _chunk(writer, wire.finish("calls", prompt_tokens, recorded.sent, "nousage" not in script.flags))
        elif recorded.outcome == "complete":
            reason = next(iter(script.flags & {"filter", "length"}), "stop")
            _chunk(writer, wire.finish(reason, prompt_tokens, recorded.sent, "nousage" not in script.flags))
        if recorded.outcome in {"complete", "ended", "failed"}:
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        return recorded.outcome in {"complete", "ended", "failed"}

    async def _send_raw(self, recorded: Recorded, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for step in self.raw:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif step == "wait":
                await self._released.wait()
            elif step == "stay":
                await reader.read()
            else:
                writer.transport.abort()
        recorded.outcome = "left" if self.raw[-1] == "stay" else "ended"
        return False

    def _script(self, recorded: Recorded) -> Script:
        return self._staged(next((text for role, text in reversed(recorded.turns) if role == "user"), ""))

    def _staged(self, prompt: str) -> Script:
        script = parse(prompt, self.default)
        if "once" not in script.flags:
            return script
        if prompt in self._failed_once:
            return script.healed()
        self._failed_once.add(prompt)
        return script

    async def _send(
        self, recorded: Recorded, script: Script, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        """Send the tokens at the script's rate and say how it ended."""
        stops = {script.cut: "cut", script.end: "ended", script.error: "failed", script.silence: "left"}
        start = time.monotonic()
        thoughts = ((wire.thought, word) for word in script.thoughts())
        words = itertools.chain(thoughts, ((wire.token, word) for word in script.words()))
        for number in itertools.count():
            if number in stops:
                return await self._stop(stops[number], wire, reader, writer)
            if number == script.hold:
                await self._released.wait()
                start = time.monotonic() - number / (script.rate or 1)
            if script.rate and (wait := start + number / script.rate - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if reader.at_eof() or writer.is_closing():
                return "left"
            said = next(words, None)
            if said is None:
                return "complete"
            write, word = said
            _chunk(writer, write(word))
            recorded.sent += 1
            if not script.rate:
                await writer.drain()
        raise AssertionError

    async def _stop(self, how: str, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if how == "failed":
            _chunk(writer, wire.error_event())
        await writer.drain()
        if how == "left":
            await reader.read()
        return how


def _listed(model: str) -> dict[str, Any]:
    """A model of the list; those whose names begin so can call tools, or see."""
    more: dict[str, Any] = {}
    if model.startswith("tooled"):
        more = {"supported_parameters": ["temperature", "tools"]}
    elif model.startswith("seeing"):
        more = {"architecture": {"input_modalities": ["text", "image"]}}
    return {"id": model, "object": "model", **more}


def _head(status: int, content_type: str, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", f"content-type: {content_type}", *more, "", ""]
    return "\r\n".join(lines).encode()


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    if data:
        writer.write(b"%x\r\n%b\r\n" % (len(data), data))


def _respond(writer: asyncio.StreamWriter, status: int, body: bytes, *more: str) -> None:
    moved = ["location: /elsewhere"] if 300 <= status < 400 else []
    writer.write(_head(status, JSON, f"content-length: {len(body)}", *moved, *more) + body)


async def _serve(vendor: ScriptedVendor) -> None:
    await vendor.listen()
    sys.stdout.write(f"scripted vendor on {vendor.url}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port; the address is printed")
    parser.add_argument("--rate", type=float, default=50.0, help="tokens a second where the prompt asks for none")
    parser.add_argument("--tokens", type=int, default=60, help="tokens in an answer where the prompt asks for none")
    parser.add_argument("--models", type=int, default=1, help="scripted, scripted-2, scripted-3 …")
    options = parser.parse_args()
    default = Script(tokens=options.tokens, rate=options.rate)
    models = ("scripted", *(f"scripted-{number}" for number in range(2, options.models + 1)))
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(ScriptedVendor(port=options.port, default=default, models=models)))


if __name__ == "__main__":
    main()
