"""The session cookie and where a browser may be sent, for the API and for the pages' live connection alike."""

import re
from typing import Final
from urllib.parse import urlsplit

from chat_app.core.auth.sessions.commands import recognise
from chat_app.core.identities.ports import Auth
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import UnitOfWork

SESSION_HEADER: Final = "x-parley-session"
"""Carries a session's id from the guard of the websocket handshake to the pages' states. Never taken from outside."""
PERSON_HEADER: Final = "x-parley-person"
"""Carries the person's id, in the same way."""

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

    A browser has one set of cookies for all ports of a host, so the name carries the port, where there is one. By
    ``__Host-`` browsers see to it that only this host, by https, has set the cookie.
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

    Raises ``AuthUnavailable`` where that cannot be known.
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
