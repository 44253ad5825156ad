"""The messages that a search has found, as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from chat_app.bootstrap import runtime
from chat_app.core.kernel.context import Context
from chat_app.core.search.errors import Unsearchable
from chat_app.core.search.hits import Hit
from chat_app.core.search.queries import HitPage, search_messages
from chat_app.core.search.rules import SearchFilter
from chat_app.ui.live.shapes import PersonVar

_NOBODY: Final = PersonVar(id="", username="", name="", color="slate", avatar=None)


@dataclass(slots=True)
class PartVar:
    """A part of an excerpt; ``hit`` if it matches."""

    text: str
    hit: bool


@dataclass(slots=True)
class HitVar:
    """A found message. ``room_name`` is empty for a direct chat, ``author.name`` for a deleted person.

    ``file`` is the name of the file whose text matches, empty if it is the message's; ``page`` is 0 without pages.
    """

    id: str
    room: str
    room_name: str
    at: str
    ai: bool
    author: PersonVar
    excerpt: list[PartVar]
    file: str = ""
    page: int = 0


async def hits_for(ctx: Context, wanted: SearchFilter, *, limit: int) -> HitPage | None:
    """Return the results; ``None`` if such words can have none."""
    try:
        return await search_messages(ctx, wanted, limit=limit)
    except Unsearchable:
        return None


async def labels() -> dict[str, str]:
    """Return the models' labels by id. This may call vendors, so no transaction is open."""
    gateway = runtime().gateway
    return {model.id: model.label for model in (*await gateway.models(), *await gateway.drawers())}


def hit_vars(found: HitPage, models: Mapping[str, str]) -> list[HitVar]:
    """Return the hits as pages show them; ``models`` are the labels of models by id."""
    return [_hit(hit, models) for hit in found.hits]


def _hit(hit: Hit, models: Mapping[str, str]) -> HitVar:
    message = hit.message
    author = PersonVar(**message.author.as_json()) if message.author else _NOBODY
    if message.answer:
        model = message.answer.model or ""
        assistant = message.answer.assistant
        author = replace(_NOBODY, name=assistant.name if assistant else models.get(model, model) or "AI")
    return HitVar(
        id=str(message.id),
        room=str(message.room_id),
        room_name=hit.room_name,
        at=message.at.isoformat(timespec="milliseconds"),
        ai=message.answer is not None,
        author=author,
        excerpt=[PartVar(part.text, part.hit) for part in hit.excerpt],
        file=hit.page.name if hit.page else "",
        page=hit.page.number if hit.page and hit.page.pages else 0,
    )
