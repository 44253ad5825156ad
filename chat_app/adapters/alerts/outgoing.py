"""Post to another server, at addresses that were checked: no redirect, no cookie, no proxy, an answer within a time."""

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp
from yarl import URL

from chat_app.adapters.tools.web.addresses import AllowList, Refused, Resolve, checked_addresses, resolve_by_system
from chat_app.adapters.tools.web.fetch import CheckedResolver, tls
from chat_app.core.support.ports import AlertRefused, AlertUnavailable

SECONDS: Final = 15.0
_LATER: Final = frozenset({408, 425, 429})
"""The statuses of the client's errors that another attempt may not get."""


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: AllowList,
    resolve: Resolve = resolve_by_system,
) -> None:
    """Post a body; return once it was accepted.

    Raises ``AlertRefused`` if another attempt is of no use, and else ``AlertUnavailable``.
    """
    place = URL(url)
    host, port = (place.raw_host or "").lower(), place.port or 0
    try:
        async with asyncio.timeout(SECONDS):
            addresses = await checked_addresses(resolve, host, port, internal=(host, port) in allowed.ports)
            connector = aiohttp.TCPConnector(resolver=CheckedResolver(addresses), force_close=True, ssl=tls())
            async with (
                aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.post(place, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
    except Refused as error:
        raise AlertRefused(str(error)) from error
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise AlertUnavailable(type(error).__name__) from error
    if 200 <= status < 300:
        return
    raise (AlertRefused if 300 <= status < 500 and status not in _LATER else AlertUnavailable)(f"status {status}")
