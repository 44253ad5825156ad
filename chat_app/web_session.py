"""The session cookie, and the addresses to which a browser may be redirected, for the API and the pages' socket."""

import re
from typing import Final
from urllib.parse import urlsplit

from chat_app.core.auth.sessions.commands import recognise
from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork

SESSION_HEADER: Final = "x-parley-session"
"""The header that passes a session's id from the guard of the websocket handshake to the pages' states.

It is never accepted from a client.
"""
PERSON_HEADER: Final = "x-parley-person"
"""The header that passes the person's id, in the same way."""

_TOKEN_MAX: Final = 4096
OWN_PATH: Final = re.compile(
    r"(?!/[/\\])"
    r"(?![^?#]*/\.{1,2}(?:[/?#]|$))"
    r"(?![^?#]*%(?:2[5ef]|5c|[01][0-9a-f]|7f))"
    r"(?![^?#]*[\u2044\u2215\u2216\u29f5\u29f8\ufe68\uff0f\uff3c])"
    r"/[^\\\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]{0,1999}",
    re.IGNORECASE,
)


def cookie_name(origin: str, purpose: str = "session") -> str:
    """Return the name of a cookie of the site at ``origin``.

    Browsers share cookies between all ports of a host, so the name contains the port, if there is one. The prefix
    ``__Host-`` ensures that only this host has set the cookie, by https.
    """
    url = urlsplit(origin)
    prefix, port = "__Host-" if url.scheme == "https" else "", f"_{url.port}" if url.port else ""
    return f"{prefix}parley_{purpose}{port}"


def token_from_cookie_header(header: str, cookie: str) -> str | None:
    """Return the session's token in a ``Cookie`` header, by its cookie's name, if one could be valid."""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == cookie and 0 < len(value) <= _TOKEN_MAX:
            return value
    return None


async def actor_from_cookie_header(auth: Auth, work: UnitOfWork, header: str) -> Actor | None:
    """Return who the ``Cookie`` header of a request or of a websocket handshake belongs to, if their session is live.

    Raises ``AuthUnavailable`` if that cannot be known.
    """
    token = token_from_cookie_header(header, auth.cookie)
    if token is None:
        return None
    await auth.verify(work, token)
    async with work.begin(single=True) as ctx:
        return await recognise(ctx, token)


def own_path(target: str) -> str:
    """Return ``target`` if it is a path on this site (query and fragment allowed), otherwise ``/``.

    Browsers read ``//host`` and ``/\\host`` as another site, drop tabs and line ends before they look, and resolve dot
    segments, percent-encoded ones too, after which a path may begin with ``//``. What could change in such a way is
    refused, so that the path is the same before and after a browser or a proxy has normalised it.
    """
    return target if OWN_PATH.fullmatch(target) else "/"
