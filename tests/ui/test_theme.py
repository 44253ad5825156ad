"""The look's rules that a machine can check: contrast, tokens as the only source of colour, the weight of the CSS."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest

from chat_app.core.accounts.rules import COLORS
from chat_app.ui.theme import AVATARS, DARK, LIGHT, SCALE, STYLESHEETS, tokens_css

ASSETS = Path(__file__).parents[2] / "assets"
SHEETS = sorted((ASSETS / "styles").glob("*.css"))
THEMES = {"light": LIGHT, "dark": DARK}

SURFACES = ("paper", "sunken", "raised", "hover")
INKS = ("ink", "ink-soft", "accent", "accent-strong", "red", "amber")
CODE = ("code-keyword", "code-string", "code-number", "code-title", "code-comment")
PAIRS = (
    *product(INKS, SURFACES),
    *product(CODE, ("sunken",)),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-red", "red"),
    ("on-red", "red-strong"),
    *product(("ink", "accent"), ("accent-soft",)),
    *product(("ink", "red"), ("red-soft",)),
    *product(("ink", "amber"), ("amber-soft",)),
    ("paper", "ink"),  # a tip
)
RAW_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb|color-mix)\(|:\s*(?:white|black)\b", re.I
)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of ``#rrggbb``."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_everything_that_is_read_has_a_contrast_of_at_least_4_5(theme: str) -> None:
    tokens = THEMES[theme]
    weak = {f"{ink} on {paper}": contrast(tokens[ink], tokens[paper]) for ink, paper in PAIRS}
    assert {pair: value for pair, value in weak.items() if value < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_borders_of_fields_have_a_contrast_of_at_least_3(theme: str) -> None:
    tokens = THEMES[theme]
    assert min(contrast(tokens["line-strong"], tokens[paper]) for paper in ("paper", "raised", "sunken")) >= 3


def test_initials_can_be_read_on_every_persons_colour() -> None:
    assert set(AVATARS) == set(COLORS)
    assert min(contrast(SCALE["on-avatar"], colour) for colour in AVATARS.values()) >= 4.5


def test_both_themes_define_the_same_tokens() -> None:
    assert set(LIGHT) == set(DARK)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_colour_stands_outside_of_the_theme(sheet: Path) -> None:
    assert RAW_COLOUR.findall(sheet.read_text()) == []


def test_every_token_is_defined_and_used() -> None:
    styles = "".join(sheet.read_text() for sheet in SHEETS)
    code = "".join(path.read_text() for path in ASSETS.parent.glob("chat_app/ui/**/*.py"))
    code += "".join(path.read_text() for path in ASSETS.rglob("*.js"))
    defined = set(re.findall(r"[{;]--([\w-]+):", tokens_css()))
    own = set(re.findall(r"^\s*--([\w-]+):", styles, re.M))
    used = set(re.findall(r"var\(--([\w-]+)", styles + code))
    assert used - defined - own == set()
    assert defined - used == set()


def test_every_style_sheet_is_loaded() -> None:
    assert sorted(STYLESHEETS) == [f"/styles/{sheet.name}" for sheet in SHEETS]


def test_the_style_sheets_are_small() -> None:
    assert len(gzip.compress("".join(sheet.read_text() for sheet in SHEETS).encode())) <= 22 * 1024
