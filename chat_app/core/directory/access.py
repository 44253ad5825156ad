"""Recognise a directory by its token."""

from hmac import compare_digest
from typing import Final

from limits import RateLimitItemPerMinute

from chat_app.core.directory.errors import DirectoryNotFound
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.kernel.secrets import digest

GUESSES: Final = RateLimitItemPerMinute(20, 5, namespace="directory_tokens")


async def admit_directory(ctx: Context, expected: str | None, token: str, address: str) -> None:
    """Admit whoever has the site's directory token.

    Raises ``NotFound`` on a site without one, ``NotSignedIn``, or ``RateLimited`` after many wrong ones.
    """
    if not expected:
        raise DirectoryNotFound()
    if not compare_digest(digest(expected), digest(token)):
        await ctx.limit(GUESSES, address)
        raise NotSignedIn()
