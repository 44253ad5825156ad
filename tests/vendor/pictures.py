"""The pictures that the scripted vendor draws: plain ones, whose color comes from the prompt."""

import hashlib
import json
from base64 import b64encode
from io import BytesIO
from typing import Any

from PIL import Image


def picture_of(prompt: str, size: str | None) -> bytes:
    """A PNG of the size that was asked for."""
    width, _, height = (size or "64x48").partition("x")
    color = tuple(hashlib.sha256(prompt.encode()).digest()[:3])
    written = BytesIO()
    Image.new("RGB", (int(width), int(height)), color).save(written, "PNG")
    return written.getvalue()


def answer_with(prompt: str, size: str | None, flags: frozenset[str]) -> bytes:
    """The body of an answer; with a flag, one of the ways in which it may lack the picture."""
    drawn: dict[str, Any] = {"b64_json": b64encode(picture_of(prompt, size)).decode()}
    if "address" in flags:
        drawn = {"url": "http://127.0.0.1:1/picture.png"}
    if "nopicture" in flags:
        drawn = {"b64_json": b64encode(b"<html>no picture</html>").decode()}
    answer: dict[str, Any] = {"created": 1, "data": [] if "nothing" in flags else [drawn]}
    if "nousage" not in flags:
        answer["usage"] = {"input_tokens": len(prompt), "output_tokens": 1_000, "total_tokens": len(prompt) + 1_000}
    return json.dumps(answer).encode()
