"""Take the README's pictures anew: a sample community in a folder of its own, served, and photographed by Chromium.

One of them moves: an answer that two people see while it is written, side by side. The model is a scripted one.

Run it as ``.venv/bin/python scripts/photograph.py``, after `make test` has installed the tools, on a machine that has a
font with emoji (Debian: ``fonts-noto-color-emoji``).
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chat_app.demo.script import newest_day, rooms, time_at  # noqa: E402
from tests.support import chromium  # noqa: E402
from tests.vendor.script import Script  # noqa: E402
from tests.vendor.server import ScriptedVendor  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 2, "locale": "en-GB"}
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "locale": "ja-JP", "color_scheme": "dark"}
HALF = {"viewport": {"width": 600, "height": 640}, "locale": "en-GB"}
ROOM = ".room-link:has-text('design-review')"
MOST_BYTES, MOST_BYTES_MOVING = 250_000, 3_000_000
TICK, REST = 0.2, 2.5  # seconds: the shortest scene, and the last one
MOVING = 20_000  # ms that the moving picture takes, however long it took to make it
QUESTION = "@ai write the three sentences for the card: soon, within weeks, within months. As a table, please."
ANSWER = """Here they are. None of them names a rank, and each says that you need not come back to look:

| Wait | Sentence on the card |
| --- | --- |
| up to a week | **Probably yours within a week.** We will write to you. |
| up to eight weeks | **Probably yours within eight weeks.** We will write to you. |
| longer | **Many people want this one.** We will write to you, and tell you if we buy another copy. |

For the second row, round $W$ up to whole weeks, as Aiko said. The third one should offer a similar title that is in."""
NOW = time_at("0 11:20", newest_day(rooms(), datetime.now().astimezone()))  # so that the last words were just said


def main() -> None:
    """Write ``docs/images/room.webp``, ``phone.webp`` and, moving, ``live.webp``."""
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="parley-pictures-") as folder,
        ScriptedVendor(default=Script(say=ANSWER, rate=8, slow=1), models=("juniper-2",)) as vendor,
        sync_playwright() as playwright,
    ):
        environment = os.environ | {"PARLEY_DATA_DIR": folder, "PORT": str(_free_port()), "PYTHONUNBUFFERED": "1"}
        environment["COMPATIBLE_BASE_URL"] = f"{vendor.url}/v1"
        told = subprocess.run(_parley("demo"), env=environment, capture_output=True, text=True, check=True).stdout
        [password] = re.findall(r"once: (\S+)", told)
        with _served(environment) as address:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
            _room(browser, address, password)
            _phone(browser, address, password)
            _live(browser, address, password)
            browser.close()


def _room(browser: Browser, address: str, password: str) -> None:
    """Show a team's room by day, somebody writing in it."""
    aiko = _sign_in(browser, address, "aiko", password, WIDE)
    chloe = _sign_in(browser, address, "chloe", password, WIDE)
    for page in (aiko, chloe):
        page.click(ROOM)
        page.wait_for_selector(".katex")
    chloe.locator("#composer-input").press_sequentially("Then the card")
    aiko.wait_for_function("document.querySelector('.typing')?.textContent")
    _shoot(aiko, "room")


def _phone(browser: Browser, address: str, password: str) -> None:
    """Show a Japanese room by night, on a phone."""
    page = _sign_in(browser, address, "haruka", password, PHONE)
    page.click("[popovertarget=sidebar]")
    page.click(".room-link:has-text('設計相談')")
    page.wait_for_selector("text=図書館らしくなりました")
    _shoot(page, "phone")


def _live(browser: Browser, address: str, password: str) -> None:
    """Show a question, and its answer, which two people see while it is written. It comes last: it changes the room."""
    farid, chloe = (_sign_in(browser, address, name, password, HALF) for name in ("farid", "chloe"))
    for page in (farid, chloe):
        page.goto(f"{address}{page.get_attribute(ROOM, 'href')}")
        page.wait_for_selector(".katex")
    film = _Film(farid, chloe)
    farid.locator("#composer-input").press_sequentially(QUESTION, delay=50)
    answers = chloe.locator(".message.answer")
    answer = answers.nth(answers.count())
    farid.keyboard.press("Enter")
    answer.locator("text=tokens").wait_for(timeout=120_000)
    chloe.locator("#composer-input").press_sequentially("Love the third one!", delay=50)
    chloe.keyboard.press("Enter")
    for page in (farid, chloe):
        page.wait_for_selector(".message:has-text('Love the third one')")
        page.wait_for_timeout(500)
    film.save(IMAGES / "live.webp")


class _Film:
    """Two pages side by side, recorded whenever one of them changes."""

    def __init__(self, *pages: Page) -> None:
        self._shown: list[tuple[float, int, bytes]] = []  # when, which page, the picture
        self._sessions = [self._record(place, page) for place, page in enumerate(pages)]

    def _record(self, place: int, page: Page) -> CDPSession:
        session = page.context.new_cdp_session(page)

        def keep(frame: dict[str, Any]) -> None:
            self._shown.append((frame["metadata"]["timestamp"], place, b64decode(frame["data"])))
            session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

        session.on("Page.screencastFrame", keep)
        session.send("Page.startScreencast", {"format": "png"})
        return session

    def save(self, path: Path) -> None:
        """Write what was shown as one picture that moves."""
        for session in self._sessions:
            session.send("Page.stopScreencast")
            session.detach()
        latest: dict[int, bytes] = {}
        scenes: dict[int, list[bytes]] = {}  # the last pictures of each tick
        for at, place, picture in sorted(self._shown):
            latest[place] = picture
            scenes[int(at / TICK)] = [latest[each] for each in sorted(latest)]
        scenes = {tick: pictures for tick, pictures in scenes.items() if len(pictures) == len(self._sessions)}
        took = [after - before for before, after in pairwise([*scenes, max(scenes) + REST / TICK])]
        first, *others = map(_side_by_side, scenes.values())
        shown = [round(MOVING * each / sum(took)) for each in took]
        first.save(path, save_all=True, append_images=others, duration=shown, loop=0, quality=60, method=4)
        _check(path, MOST_BYTES_MOVING)


def _side_by_side(pictures: list[bytes]) -> Image.Image:
    left, right = (Image.open(BytesIO(each)) for each in pictures)
    frame = Image.new("RGB", (left.width + right.width + 2, left.height), "#8a857c")
    frame.paste(left, (0, 0))
    frame.paste(right, (left.width + 2, 0))
    return frame


def _sign_in(browser: Browser, address: str, name: str, password: str, device: dict[str, object]) -> Page:
    page = browser.new_context(**device).new_page()
    page.clock.set_fixed_time(NOW)
    page.goto(f"{address}/sign-in")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector(".room-link", state="attached")
    return page


def _shoot(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    path = IMAGES / f"{name}.webp"
    Image.open(BytesIO(page.screenshot(animations="disabled"))).save(path, quality=84, method=6)
    _check(path, MOST_BYTES)


def _check(path: Path, most: int) -> None:
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} KB", flush=True)
    assert size < most


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[str]:
    server = subprocess.Popen(_parley("run"), env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        yield next(found[0] for line in server.stdout if (found := re.findall(r"Parley is at (\S+)", line)))
    finally:
        server.terminate()
        server.wait()


def _parley(command: str) -> list[str]:
    return [sys.executable, "-m", "chat_app", command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
