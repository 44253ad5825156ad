"""Parse the requests for pictures in messages, and check their options. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.ai.errors import ModelNotOffered, PictureInvalid
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.wire.drawings import DrawingJson

CALL: Final = "/image"
"""The beginning of a message that asks for a picture."""

SIDES: Final = (64, 4096)
"""The least and greatest side of a picture in pixels."""

_ASKED: Final = re.compile(r"[/／]image\s+(.+)", re.IGNORECASE | re.DOTALL)
_SIZE: Final = re.compile(r"(\d{2,4})x(\d{2,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class DrawingOrder:
    """A picture that is requested from a model. A ``firm`` order is refused if it cannot be drawn; another one then
    stays a text.
    """

    model: str
    prompt: str
    size: str = ""
    firm: bool = False

    def noted(self) -> DrawingJson:
        """Return the data of the answer's message in addition to its text, which is the prompt."""
        return {"size": self.size} if self.size else {}


def prompt_in(text: str) -> str:
    """Return the description of the picture that a message requests; empty if it requests none."""
    found = _ASKED.fullmatch(text.strip())
    return found[1].strip() if found else ""


def order_in(text: str, drawers: Sequence[ModelInfo], actor: Actor) -> DrawingOrder | None:
    """Return the picture that a message asks for, by the first model that its author may ask."""
    prompt, model = prompt_in(text), first_drawer(drawers, actor)
    return DrawingOrder(model.id, prompt) if prompt and model else None


def check_order(
    prompt: str, drawers: Sequence[ModelInfo], actor: Actor, model: str | None = None, size: str = ""
) -> DrawingOrder:
    """Return an order. Raises :class:`PictureInvalid` and :class:`ModelNotOffered`."""
    if not (prompt := prompt.strip()):
        raise PictureInvalid(field="prompt")
    mine = [each for each in drawers if _may_ask(each, actor)]
    chosen = next((each for each in mine if model in (None, "", each.id)), None)
    if chosen is None:
        raise ModelNotOffered(field="model")
    return DrawingOrder(chosen.id, prompt, check_size(size), firm=True)


def check_size(size: str) -> str:
    """Return a size, empty for the model's own choice. Raises :class:`PictureInvalid`."""
    if not size:
        return ""
    found = _SIZE.fullmatch(size)
    if not found or not all(SIDES[0] <= int(side) <= SIDES[1] for side in found.groups()):
        raise PictureInvalid("picture_size_invalid", field="size")
    return size


def first_drawer(drawers: Sequence[ModelInfo], actor: Actor) -> ModelInfo | None:
    """Return the model that draws for a person where none is named."""
    return next((each for each in drawers if _may_ask(each, actor)), None)


def _may_ask(model: ModelInfo, actor: Actor) -> bool:
    return model.is_for(actor.user_id, is_manager=site_can(actor.site_roles, SitePermission.MANAGE_MODELS))
