"""Take the README's pictures anew: a sample community in a folder of its own, served, and photographed by Chromium.

Run it as ``.venv/bin/python scripts/photograph.py``, after `make test` has installed the tools.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chat_app.demo.script import moment, newest_day, rooms  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDE = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 2, "locale": "en-GB"}
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2, "locale": "ja-JP", "color_scheme": "dark"}
MOST_BYTES = 250_000
NOW = moment("0 11:20", newest_day(rooms(), datetime.now().astimezone()))  # so that the last words were just said


def main() -> None:
    """Write ``docs/images/room.webp`` and ``docs/images/phone.webp``."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="parley-pictures-") as folder, sync_playwright() as playwright:
        environment = os.environ | {"PARLEY_DATA_DIR": folder, "PORT": str(_free_port()), "PYTHONUNBUFFERED": "1"}
        told = subprocess.run(_parley("demo"), env=environment, capture_output=True, text=True, check=True).stdout
        [password] = re.findall(r"once: (\S+)", told)
        with _served(environment) as address:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            _room(browser, address, password)
            _phone(browser, address, password)
            browser.close()


def _room(browser: Browser, address: str, password: str) -> None:
    """A team's room by day, somebody writing in it."""
    aiko = _sign_in(browser, address, "aiko", password, WIDE)
    chloe = _sign_in(browser, address, "chloe", password, WIDE)
    for page in (aiko, chloe):
        page.click(".room-link:has-text('design-review')")
        page.wait_for_selector(".katex")
    chloe.locator("#composer-input").press_sequentially("Then the card")
    aiko.wait_for_function("document.querySelector('.typing')?.textContent")
    _shoot(aiko, "room")


def _phone(browser: Browser, address: str, password: str) -> None:
    """A Japanese room by night, on a phone."""
    page = _sign_in(browser, address, "haruka", password, PHONE)
    page.click("[popovertarget=sidebar]")
    page.click(".room-link:has-text('設計相談')")
    page.wait_for_selector("text=図書館らしくなりました")
    _shoot(page, "phone")


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
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} KB")
    assert size < MOST_BYTES


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
