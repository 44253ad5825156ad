"""Show the messages that a search has found, with the lines that match."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NotRequired
from uuid import UUID

from typing_extensions import TypedDict

from chat_app.core.kernel.context import Context
from chat_app.core.messages.views.messages import MessageView
from chat_app.core.messages.wire.messages import MessageJson
from chat_app.core.search.excerpts import Part, PartJson, excerpt_around
from chat_app.core.search.files import FoundPage, find_pages


class HitJson(TypedDict):
    """A found message, its room, and the matching line; with the `page` if a file's text matches."""

    message: MessageJson
    room: str
    room_name: str
    excerpt: list[PartJson]
    file: NotRequired[str]
    page: NotRequired[int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A found message, its room, and the matching line; with the ``page`` if a file's text matches."""

    message: MessageView
    room_name: str
    excerpt: list[Part]
    page: FoundPage | None = None

    def as_json(self) -> HitJson:
        """Return the shape in REST."""
        shape: HitJson = {
            "message": self.message.as_json(),
            "room": str(self.message.room_id),
            "room_name": self.room_name,
            "excerpt": [part.as_json() for part in self.excerpt],
        }
        if self.page:
            shape["file"] = self.page.name
            if self.page.pages:
                shape["page"] = self.page.number
        return shape


def _searched(view: MessageView) -> str:
    """Return a message's text, the transcripts of its recordings, and the names of its files, with dots between them:
    the line of an excerpt has no line breaks.
    """
    spoken = [each["transcript"].get("text", "") for each in view.attachments if "transcript" in each]
    return "\n· ".join(filter(None, (view.text.strip(), *spoken, *(each["name"] for each in view.attachments))))


async def hits_of(ctx: Context, views: Sequence[MessageView], names: Mapping[UUID, str], query: str) -> list[Hit]:
    """Return the hits, each with the line that matches: of the message, else of one of its files."""
    lines = await asyncio.to_thread(
        lambda: [excerpt_around(_searched(view), query, typed=view.answer is None) for view in views]
    )
    hits = [Hit(view, names[view.room_id], line) for view, line in zip(views, lines, strict=True)]
    unseen = [hit.message for hit in hits if not any(part.hit for part in hit.excerpt)]
    elsewhere = [message.id for message in unseen if message.attachments]
    pages = await find_pages(ctx, elsewhere, query)
    excerpts = await asyncio.to_thread(
        lambda: {each: excerpt_around(page.text, query, typed=True) for each, page in pages.items()}
    )
    return [
        replace(hit, excerpt=excerpts[hit.message.id], page=pages[hit.message.id]) if hit.message.id in pages else hit
        for hit in hits
    ]
