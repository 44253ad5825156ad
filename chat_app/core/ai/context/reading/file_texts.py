"""Read the texts of the files that messages have, the newest first, as far as a model's window may need them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from chat_app.core.ai.context.prompt import why_unseen
from chat_app.core.ai.context.shapes.files import FileText
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.kernel.context import Context

DOCUMENTS_MAX: Final = 50
"""The most documents whose texts are read: the newest ones."""

BYTES_PER_TOKEN: Final = 4
SHARE: Final = 2
"""Documents take half of a window, at most."""

_NOT_READ: Final = FileText((), 1)

# The lengths are known without reading the texts. What has been deleted, or hidden, since the messages were read is not
# read any more; before it is sent, a file is its uploader's alone.
_PAGES: Final = text("""
    SELECT id, number, left(text, CAST(greatest(:bytes - before, 0) AS int)) AS text,
        before + bytes > :bytes AS cut, before < :bytes AS begun
    FROM (
        SELECT wanted.id, wanted.place, page.n, page.text, octet_length(page.text) AS bytes,
            count(*) OVER (PARTITION BY wanted.id) AS number,
            sum(octet_length(page.text)) OVER (ORDER BY wanted.place, page.n) - octet_length(page.text) AS before
        FROM unnest(:ids) WITH ORDINALITY AS wanted (id, place)
        JOIN message_attachments AS file ON file.id = wanted.id
        LEFT JOIN messages ON messages.id = file.message_id
        JOIN attachment_pages AS page ON page.attachment_id = file.id
        WHERE file.room_id IS NOT NULL AND NOT file.exclude_from_ai
            AND CASE WHEN file.message_id IS NULL THEN file.uploader_id = :me
            ELSE messages.deleted_at IS NULL AND NOT messages.exclude_from_ai END
    ) AS placed
    WHERE before < :bytes OR n = 1
    ORDER BY place, n
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("me", type_=Uuid()))


def documents(history: Sequence[PromptMessage]) -> list[UUID]:
    """Return the files with texts of the messages that models see, the newest first."""
    seen = [each for each in reversed(history) if each.files and not why_unseen(each)]
    return [file.id for each in seen for file in each.files if file.has_text]


async def read_texts(ctx: Context, files: Sequence[UUID], window: int) -> dict[UUID, FileText]:
    """Return the texts of these documents, in the order of their importance, up to the size of a ``window``.

    The last one is cut. Without documents there is no query.
    """
    if not files:
        return {}
    most = window // SHARE * BYTES_PER_TOKEN
    wanted = {"ids": list(files[:DOCUMENTS_MAX]), "bytes": most, "me": ctx.actor.user_id if ctx.actor else None}
    found: dict[UUID, list[Any]] = {}
    for row in await ctx.db.execute(_PAGES, wanted):
        found.setdefault(row[0], []).append(row)
    texts = {file: _text(rows) for file, rows in found.items()}
    return texts | dict.fromkeys(files[DOCUMENTS_MAX:], _NOT_READ)


def _text(rows: Sequence[Any]) -> FileText:
    pages = [page for _, _, page, _, begun in rows if begun]
    return FileText(pages, rows[0][1], cut=bool(pages) and rows[len(pages) - 1][3])
