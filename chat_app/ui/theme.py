"""The design tokens: every colour, size, radius and duration of the style sheets.

The style sheets in ``assets/styles`` use them by name (``var(--ink)``) and have no raw colours. Reflex puts ``light``
or ``dark`` on ``<html>`` before the first paint.
"""

from collections.abc import Mapping
from typing import Final

import reflex as rx

from chat_app.ui import js
from chat_app.ui.titles import SITE

LIGHT: Final[Mapping[str, str]] = {
    # Paper: what things lie on.
    "paper": "#fcfbf8",
    "sunken": "#f5f3ed",
    "raised": "#ffffff",
    "hover": "#efece4",
    "line": "#e6e2d9",
    "line-strong": "#918a7d",
    # Ink: text.
    "ink": "#1f1d1a",
    "ink-soft": "#625c52",
    # One accent.
    "accent": "#0f6360",
    "accent-strong": "#0b4f4c",
    "accent-soft": "#e2efec",
    "on-accent": "#ffffff",
    # Errors and mentions.
    "red": "#b02a20",
    "red-strong": "#8f2119",
    "red-soft": "#fbebe8",
    "on-red": "#ffffff",
    "amber": "#835400",
    "amber-soft": "#fbf0d8",
    # Code.
    "code-keyword": "#7a3e78",
    "code-string": "#3d6420",
    "code-number": "#925010",
    "code-title": "#0f5f86",
    "code-comment": "#6b655b",
    "veil": "rgb(31 29 26 / 0.32)",
    "edge": "rgb(31 29 26 / 0.16)",
    "shadow": "0 0 0 1px rgb(31 29 26 / 0.06), 0 8px 28px rgb(31 29 26 / 0.14)",
}

DARK: Final[Mapping[str, str]] = {
    "paper": "#191817",
    "sunken": "#131211",
    "raised": "#242220",
    "hover": "#2b2926",
    "line": "#33302c",
    "line-strong": "#7f786e",
    "ink": "#ece8e1",
    "ink-soft": "#aba499",
    "accent": "#62bcb2",
    "accent-strong": "#85d0c7",
    "accent-soft": "#1c3330",
    "on-accent": "#0c201e",
    "red": "#f28b80",
    "red-strong": "#f7aaa1",
    "red-soft": "#3b2320",
    "on-red": "#2a0f0c",
    "amber": "#e2b560",
    "amber-soft": "#382c17",
    "code-keyword": "#d3a0d0",
    "code-string": "#a5c888",
    "code-number": "#e0ac78",
    "code-title": "#86c1e4",
    "code-comment": "#a0998d",
    "veil": "rgb(0 0 0 / 0.56)",
    "edge": "rgb(236 232 225 / 0.16)",
    "shadow": "0 0 0 1px rgb(255 255 255 / 0.08), 0 8px 28px rgb(0 0 0 / 0.5)",
}

ON_PAPER: Final[Mapping[str, str]] = {"paper": "#ffffff", "sunken": "#ffffff", "ink": "#000000", "ink-soft": "#444444"}
"""The style of printed pages: black on white."""

AVATARS: Final[Mapping[str, str]] = {
    "teal": "#1d6f6a",
    "plum": "#7a4474",
    "clay": "#98492d",
    "moss": "#55692f",
    "sky": "#2d648e",
    "rose": "#a33a59",
    "sand": "#7b6024",
    "slate": "#526070",
}
"""The colours of people (``core.accounts.rules.COLORS``), the same in both themes, under white initials."""

SCALE: Final[Mapping[str, str]] = {
    **{f"s{step}": f"{step * 4}px" for step in (1, 2, 3, 4, 5, 6, 8, 10, 16)},
    "radius": "6px",
    "radius-large": "10px",
    "radius-full": "999px",
    "text": "0.9375rem/1.6",
    "size-small": "0.75rem",
    "size-meta": "0.8125rem",
    "size-text": "0.9375rem",
    "size-title": "1.1875rem",
    "size-display": "1.75rem",
    "fast": "120ms",
    "slow": "180ms",
    "sidebar": "272px",
    "drawer": "320px",
    "measure": "760px",
    "on-avatar": "#ffffff",
    "sans": (
        "'Inter', 'Inter fallback', 'Hiragino Sans', 'Hiragino Kaku Gothic ProN', 'Yu Gothic UI', 'Noto Sans JP', "
        "'Noto Sans CJK JP', system-ui, sans-serif"
    ),
    "mono": "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'Noto Sans Mono', monospace",
}

STYLESHEETS: Final = [
    f"/styles/{name}.css"
    for name in (
        "base",
        "controls",
        "display",
        "forms",
        "floating",
        "pages",
        "markdown",
        "shell",
        "conversation",
        "files",
        "voice",
        "members",
        "invitations",
        "search",
        "marks",
        "prompts",
        "answers",
        "safety",
        "models",
        "security",
        "payments",
        "usage",
        "administration",
        "contrast",
        "print",
    )
]
"""The style sheets, for ``rx.App(stylesheets=…)``."""


def head() -> list[rx.Component]:
    """Return what ``rx.App(head_components=…)`` takes: the tokens, the font, the site's marks, and the title of a page
    whose scripts have not run yet.
    """
    return [
        rx.el.title(SITE),
        rx.el.style(tokens_css()),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-latin-1.woff2",
            custom_attrs={"as": "font"},
            type="font/woff2",
            cross_origin="",
        ),
        # With the addresses that the server has written into the page, so that React finds them there.
        rx.el.link(rel="icon", href=_icon("icon", "/favicon.svg"), type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href=_icon("apple-touch-icon", "/apple-touch-icon.png")),
        _bar_color(LIGHT, "light"),
        _bar_color(DARK, "dark"),
    ]


def _icon(rel: str, built_in: str) -> rx.Var[str]:
    return js.result("device.js", "iconAddress", str, rel, built_in)


def _bar_color(tokens: Mapping[str, str], theme: str) -> rx.Component:
    """Return the colour of the browser's bar by the device's theme; ``bar_color.js`` has it follow the chosen one."""
    media = {"media": f"(prefers-color-scheme: {theme})"}
    return rx.el.meta(name="theme-color", content=tokens["paper"], custom_attrs=media)


def tokens_css() -> str:
    """Return the CSS that defines every token as a custom property."""
    avatars = {f"avatar-{name}": value for name, value in AVATARS.items()}
    screen = _rule(":root", {**SCALE, **avatars, **LIGHT}) + _rule(".dark", DARK)
    return screen + "@media print{" + _rule(":root.light,:root.dark", {**LIGHT, **ON_PAPER}) + "}"


def _rule(selector: str, tokens: Mapping[str, str]) -> str:
    return selector + "{" + "".join(f"--{name}:{value};" for name, value in tokens.items()) + "}"
