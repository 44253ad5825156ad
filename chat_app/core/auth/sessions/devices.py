"""Name a device by its ``User-Agent`` header. Pure, and only so that people recognise their own devices."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bVersion/[\d.]+.*\bSafari/")),
)
_SYSTEMS: Final = (
    ("Android", re.compile(r"\bAndroid\b")),
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)
_PROGRAM: Final = re.compile(r"[\w.+-]{1,40}")


def device_of(user_agent: str) -> str:
    """Name a device in a few words, such as "Firefox, Linux"; a program by its own name; "" if nothing is known."""
    known = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    if any(known):
        return ", ".join(name for name in known if name)
    program = _PROGRAM.match(user_agent)
    return program[0] if program else ""


def _first(kinds: tuple[tuple[str, re.Pattern[str]], ...], user_agent: str) -> str:
    return next((name for name, mark in kinds if mark.search(user_agent)), "")
