"""Keep the texts of a file's pages."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import text

from chat_app.core.kernel.context import Context

_PAGES: Final = text("""
    INSERT INTO attachment_pages (attachment_id, n, text)
    SELECT :file, n, page FROM unnest(CAST(:pages AS text[])) WITH ORDINALITY AS given (page, n)
""")


async def add_pages(ctx: Context, file_id: UUID, pages: Sequence[str]) -> None:
    """Add pages by one statement: a thousand single statements would delay everybody's messages."""
    if pages:
        await ctx.db.execute(_PAGES, {"file": file_id, "pages": list(pages)})
