"""Compute from one colour an accent that is readable in both themes (WCAG 2, AA). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chat_app.core.accounts.errors import InvalidField

AA: Final = 4.5
MOST: Final = 0.5
"""The share of black or white at most that a colour may need: with more, nobody would recognise it."""

_COLOUR: Final = re.compile(r"#?([0-9a-fA-F]{6})")
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ThemeSurfaces:
    """A theme: the surfaces behind an accent, the direction to change colours, and the colours on the accent."""

    surfaces: tuple[str, ...]
    towards: Rgb
    paper: str
    on_accent: str


LIGHT: Final = ThemeSurfaces(("#fcfbf8", "#f5f3ed", "#ffffff", "#efece4"), (0, 0, 0), "#fcfbf8", "#ffffff")
DARK: Final = ThemeSurfaces(("#191817", "#131211", "#242220", "#2b2926"), (255, 255, 255), "#191817", "#0c0c0c")


def check_accent(field: str, value: object) -> str:
    """Return a colour as ``#rrggbb``. Raises ``InvalidField`` for another text, or if it cannot be made readable."""
    found = _COLOUR.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise InvalidField("setting_colour_invalid", field)
    colour = f"#{found[1].lower()}"
    for ground, theme in ((LIGHT, "light"), (DARK, "dark")):
        if _share(colour, ground) is None:
            raise InvalidField(f"setting_colour_pale_{theme}", field)
    return colour


def accent_tokens(colour: str, ground: ThemeSurfaces) -> Mapping[str, str]:
    """Return the tokens of a theme for a colour that :func:`check_accent` has returned."""
    share = _share(colour, ground) or 0.0
    return {
        "accent": _mixed(colour, ground.towards, share),
        "accent-strong": _mixed(colour, ground.towards, min(1.0, share + 0.18)),
        "accent-soft": _mixed(ground.paper, _rgb(_mixed(colour, ground.towards, share)), 0.12),
        "on-accent": ground.on_accent,
    }


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    high, low = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _share(colour: str, ground: ThemeSurfaces) -> float | None:
    """Return how much black or white makes the colour readable; None if it would be too much."""
    for step in range(int(MOST * 50) + 1):
        share = step / 50
        shown = _mixed(colour, ground.towards, share)
        soft = _mixed(ground.paper, _rgb(shown), 0.12)
        if all(contrast(shown, each) >= AA for each in (*ground.surfaces, soft, ground.on_accent)):
            return share
    return None


def _mixed(colour: str, other: Rgb, share: float) -> str:
    parts = (round(a + (b - a) * share) for a, b in zip(_rgb(colour), other, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
