"""Answer requests for pictures, speech and transcripts by a script."""

import asyncio
import json
from collections.abc import Callable

from tests.vendor.formats import OpenAi
from tests.vendor.pictures import answer_with
from tests.vendor.recorded import Recorded
from tests.vendor.script import Script
from tests.vendor.writing import respond


class MediaVendor:
    """The part of a scripted vendor for pictures and sound."""

    requests: list[Recorded]
    speech: bytes | int
    transcript: str | int
    _released: asyncio.Event
    _staged: Callable[[str], Script]

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
            respond(writer, status, OpenAi({}).error_body(status, kind))
            return True
        recorded.outcome = "complete"
        respond(writer, 200, answer_with(prompt, recorded.body.get("size"), script.flags))
        return True

    async def _speak(self, recorded: Recorded, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Say `speech`: its bytes in two pieces, between which "hold" waits and "cut" ends; or a status."""
        self.requests.append(recorded)
        if isinstance(self.speech, int):
            recorded.outcome = "failed"
            respond(writer, self.speech, b'{"error":{"message":"no"}}')
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
