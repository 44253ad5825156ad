"""The session cookie and where a browser may be sent, for the API and for the pages' live connection alike."""

import re
from typing import Final

from chat_app.core.accounts.sessions import recognise
from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork

COOKIE: Final = "parley_session"
SESSION_HEADER: Final = "x-parley-session"
"""Carries a session's id from the guard of the websocket handshake to the pages' states. Never taken from outside."""
PERSON_HEADER: Final = "x-parley-person"
"""Carries the person's id, in the same way."""

_TOKEN_MAX: Final = 4096
_OWN_PATH: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*")


def token_from_cookie_header(header: str, cookie: str) -> str | None:
    """The session's token in a ``Cookie`` header, by the name of its cookie, if there is one that could be good."""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == cookie and 0 < len(value) <= _TOKEN_MAX:
            return value
    return None


async def actor_from_cookie_header(auth: Auth, work: UnitOfWork, header: str) -> Actor | None:
    """Who the ``Cookie`` header of a request or of a websocket handshake belongs to, if their session is live.

    Raises ``AuthUnavailable`` where that cannot be known.
    """
    token = token_from_cookie_header(header, auth.cookie)
    if token is None:
        return None
    await auth.verify(work, token)
    async with work.begin() as ctx:
        return await recognise(ctx, token)


def own_path(target: str) -> str:
    """``target`` if it is a path on this site (query and fragment allowed), otherwise ``/``.

    Browsers read ``//host`` and ``/\\host`` as another site, and drop tabs and line ends before they look.
    """
    return target if _OWN_PATH.fullmatch(target) else "/"
