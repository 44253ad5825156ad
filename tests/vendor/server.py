"""A model vendor on loopback that does what the prompt tells it to (see `script.py`), in four vendors' formats.

In a test: `with ScriptedVendor() as vendor:`, then `vendor.url`, `vendor.requests`. By itself, for browser tests and
the bench: `python -m tests.vendor.server --port 9090`; then `GET /requests` lists what came in, and `DELETE /requests`
forgets it.
"""

import argparse
import asyncio
import itertools
import json
import re
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tests.vendor.formats import Anthropic, Gemini, Ollama, OpenAi, Wire, dumps
from tests.vendor.media import MediaVendor
from tests.vendor.recorded import KEY_HEADERS, Recorded, told_of
from tests.vendor.script import Script, parse
from tests.vendor.writing import chunk, head, listed, respond

ROUTES: list[tuple[re.Pattern[str], str, type]] = [
    (re.compile(r"^(/v1)?/chat/completions$"), "openai", OpenAi),
    (re.compile(r"^/v1/messages$"), "anthropic", Anthropic),
    (re.compile(r"^/(v1beta/)?models/(?P<model>[^:]+):streamGenerateContent$"), "gemini", Gemini),
    (re.compile(r"^/api/chat$"), "ollama", Ollama),
]
SPEECH = re.compile(r"^(/v1)?/audio/speech$")
TRANSCRIPTIONS = re.compile(r"^(/v1)?/audio/transcriptions$")
DRAWS = re.compile(r"^(/v1)?/images/generations$")


class ScriptedVendor(MediaVendor):
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
            respond(writer, *self._transcription(target, headers, body))
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
        respond(writer, *self._plain(method, path, headers))
        return True

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
            "/v1/models": {"object": "list", "data": list(map(listed, self.models))},
            "/models": {"object": "list", "data": list(map(listed, self.models))},
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
            respond(writer, 429, wire.error_body(429, ""), f"retry-after: {self.overloaded}")
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
            respond(writer, refused, wire.error_body(refused, "toolong" if "toolong" in script.flags else ""))
            return True
        writer.write(head(200, wire.content_type, "transfer-encoding: chunked"))
        prompt_tokens = sum(len(text) for _, text in recorded.turns)
        chunk(writer, wire.start(prompt_tokens))
        recorded.outcome = await self._send(recorded, script, wire, reader, writer)
        if recorded.outcome == "complete" and calls:
            chunk(writer, wire.calls(calls))
            chunk(writer, wire.finish("calls", prompt_tokens, recorded.sent, "nousage" not in script.flags))
        elif recorded.outcome == "complete":
            reason = next(iter(script.flags & {"filter", "length"}), "stop")
            chunk(writer, wire.finish(reason, prompt_tokens, recorded.sent, "nousage" not in script.flags))
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
            chunk(writer, write(word))
            recorded.sent += 1
            if not script.rate:
                await writer.drain()
        raise AssertionError

    async def _stop(self, how: str, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if how == "failed":
            chunk(writer, wire.error_event())
        await writer.drain()
        if how == "left":
            await reader.read()
        return how


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
