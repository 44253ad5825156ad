"""The state of a person's actions outside the feed: those of dialogs, menus and settings.

Its events are functions of their features. There is only one such state, because dialogs share the vars of their forms.
"""

from dataclasses import dataclass, field

import reflex as rx

from chat_app.ui.acts.context import ContextVars, DecisionsVars
from chat_app.ui.acts.hits import HitVar
from chat_app.ui.acts.tools import ToolGroupVar
from chat_app.ui.live.shapes import PersonVar
from chat_app.ui.page_state import FormState


@dataclass
class Offers:
    """The suggestions of a person field."""

    words: str = ""
    people: list[PersonVar] = field(default_factory=list)


@dataclass
class Expiring:
    """The days that were chosen for a room's messages, and how many are older; no days before that."""

    room: str = ""
    days: int = 0
    messages: int = 0


@dataclass
class PaletteResults:
    """The people and messages that the palette has found for ``words``."""

    words: str = ""
    people: list[PersonVar] = field(default_factory=list)
    hits: list[HitVar] = field(default_factory=list)


class Acts(FormState, rx.State):
    """The state of dialogs' forms. One form is sent at a time."""

    offers: Offers = Offers()
    sought: PaletteResults = PaletteResults()
    context: ContextVars | None = None
    decisions: DecisionsVars | None = None
    tools: list[ToolGroupVar] = []
    expiring: Expiring = Expiring()
