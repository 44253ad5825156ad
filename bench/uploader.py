"""Uploads photos in a process of its own: what it does must not delay the tabs that are measured.

People's devices are elsewhere, so it takes only what processor time the server and the tabs leave.
"""

import asyncio
import json
import os
import sys
import time
from io import BytesIO
from typing import Any, Final
from urllib.parse import urljoin

import aiohttp
from PIL import Image

SIZE: Final = 5_000_000
PIXELS: Final = (4000, 3000)
_AGAIN_SECONDS: Final = 0.5


def photo() -> bytes:
    """Return a JPEG of 12 megapixels and about 5 MB: blurred noise, which is as hard to decode as a photo."""
    coarse = Image.frombytes("RGB", (1000, 750), os.urandom(1000 * 750 * 3)).resize(PIXELS, Image.Resampling.BICUBIC)
    for quality in range(60, 96, 5):
        out = BytesIO()
        coarse.save(out, "JPEG", quality=quality)
        if out.tell() >= SIZE:
            break
    return out.getvalue()


async def upload(http: aiohttp.ClientSession, site: str, data: bytes, cookie: str, room: str) -> float:
    """Upload a photo and have it examined; return the seconds of that."""
    headers = {"Cookie": cookie, "Origin": site}
    begun = time.monotonic()
    announced = {"name": "photo.jpg", "mime_type": "image/jpeg", "size": len(data)}
    answer = await _json(http, "POST", f"{site}/api/v1/rooms/{room}/attachments", headers, announced)
    async with http.put(urljoin(site, answer["upload"]["url"]), data=data) as response:
        response.raise_for_status()
    while True:
        url = f"{site}/api/v1/attachments/{answer['id']}/complete"
        if (await _json(http, "POST", url, headers, {})).get("status") == "ready":
            return time.monotonic() - begun
        await asyncio.sleep(_AGAIN_SECONDS)  # others of this person are examined


async def _json(
    http: aiohttp.ClientSession, method: str, url: str, headers: dict[str, str], body: dict[str, Any]
) -> dict[str, Any]:
    async with http.request(method, url, json=body, headers=headers) as response:
        if response.status >= 400 and response.status != 409:
            raise RuntimeError(await response.text())
        found: dict[str, Any] = await response.json()
        return found


async def _upload_more(
    http: aiohttp.ClientSession, asked: dict[str, Any], data: bytes, person: list[str], enough: asyncio.Event
) -> list[float]:
    """Upload a photo of a person, and one after another until it is enough; return the seconds of each."""
    took = [await upload(http, asked["site"], data, *person)]
    while not enough.is_set():
        took.append(await upload(http, asked["site"], data, *person))
    return took


async def main() -> None:
    """Upload from a line of the standard input to the next, again and again; print the seconds of each upload then."""
    os.nice(19)
    asked, data = json.loads(sys.stdin.readline()), photo()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            enough = asyncio.Event()
            everybody = asyncio.gather(*(_upload_more(http, asked, data, each, enough) for each in asked["people"]))
            await asyncio.to_thread(sys.stdin.readline)
            enough.set()
            print(json.dumps([seconds for took in await everybody for seconds in took]), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
