"""Ory Kratos keeps people's passwords and sessions. Written for its API of version 1.

A browser's session comes in a cookie that Kratos has set for the domain of both, a program's as a bearer token. `GET
/sessions/whoami` identifies the person. While a tab is open, its session is checked by its id.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import structlog

from chat_app.adapters.auth.claims import email, line, says_yes
from chat_app.adapters.auth.config import KratosConfig
from chat_app.adapters.auth.kratos.api import KratosApi
from chat_app.core.auth.events import SessionsRevoked
from chat_app.core.identities.errors import AuthUnavailable, SecondFactorWanted
from chat_app.core.identities.ports import ProviderProfile, VouchedSession
from chat_app.core.identities.sign_in.vouched import (
    drop_session,
    drop_token,
    lapse_token,
    mirror_session,
    renew_session,
)
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.secrets.digests import digest

FRESH: Final = timedelta(minutes=1)
"""The time for which Kratos's answer about a session is cached."""

log = structlog.get_logger()


class KratosAuth:
    """Kratos as the service that keeps sessions. Only hashes of tokens and times are cached."""

    def __init__(self, config: KratosConfig) -> None:
        self.cookie = config.cookie
        self.account_page = f"{config.browser_url}/self-service/settings/browser"
        self._config = config
        self._api = KratosApi(config)
        self._asked: dict[bytes | UUID, datetime] = {}

    async def verify(self, work: UnitOfWork, token: str, *, bearer: bool = False) -> None:
        """Ask Kratos for the session, unless the answer is cached, and update the session's row."""
        key, now = digest(token), work.clock()
        if self._is_fresh(key, now):
            return
        try:
            vouched = self._vouched(await self._api.whoami(token, bearer=bearer))
        except SecondFactorWanted:
            async with work.begin() as ctx:
                await lapse_token(ctx, token)
            return
        async with work.begin() as ctx:
            if vouched is None:
                await drop_token(ctx, token)
            elif await mirror_session(ctx, vouched, token):
                self._asked[key] = self._asked[vouched.session_id] = now

    async def recheck(self, work: UnitOfWork, sessions: Collection[UUID]) -> None:
        """Ask Kratos for each session that is not cached. While Kratos is away, sessions expire."""
        now = work.clock()
        self._asked = {key: asked for key, asked in self._asked.items() if self._is_fresh(key, now)}
        for session_id in set(sessions) - self._asked.keys():
            try:
                vouched = self._vouched(await self._api.session(session_id))
            except AuthUnavailable:
                return
            async with work.begin() as ctx:
                if vouched is None:
                    await drop_session(ctx, session_id)
                else:
                    await renew_session(ctx, session_id, vouched.expires_at)
            self._asked[session_id] = now

    async def vouched(self, token: str) -> VouchedSession | None:
        """Return the session that Kratos has for the token."""
        return self._vouched(await self._api.whoami(token))

    async def way_in(self, token: str | None, return_to: str, *, new: bool) -> str | None:
        """Return Kratos's sign-in page; where a second factor is missing, the page that asks for it."""
        query = {"return_to": return_to}
        try:
            await self._api.whoami(token or "")
        except SecondFactorWanted:
            query["aal"] = "aal2"
        flow = "registration" if new and "aal" not in query else "login"
        return f"{self._config.browser_url}/self-service/{flow}/browser?{urlencode(query)}"

    async def end(self, session_id: UUID) -> None:
        """End the session at Kratos, if there is one."""
        await self._api.end_session(session_id)

    async def on_event(self, event: object) -> None:
        """End at Kratos the sessions that have ended here. A failure is logged; they stay ended here."""
        if not isinstance(event, SessionsRevoked):
            return
        await asyncio.gather(*map(self._end, event.session_ids))

    async def _end(self, session_id: UUID) -> None:
        try:
            await self.end(session_id)
        except AuthUnavailable:
            log.warning("session_not_ended", session=str(session_id))

    async def aclose(self) -> None:
        """Close connections."""
        await self._api.aclose()

    def _is_fresh(self, key: bytes | UUID, now: datetime) -> bool:
        asked = self._asked.get(key)
        return asked is not None and now < asked + FRESH

    def _vouched(self, session: dict[str, Any] | None) -> VouchedSession | None:
        """Parse a session from Kratos. Raises `AuthUnavailable` if it is unreadable."""
        if session is None:
            return None
        try:
            identity, device = session["identity"], (session.get("devices") or [{}])[0]
            if session["active"] is not True or identity.get("state", "active") != "active":
                return None
            return VouchedSession(
                session_id=UUID(session["id"]),
                profile=self._profile(identity),
                authenticated_at=datetime.fromisoformat(session["authenticated_at"]),
                expires_at=datetime.fromisoformat(session["expires_at"]),
                address=str(device.get("ip_address") or ""),
                user_agent=str(device.get("user_agent") or ""),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise AuthUnavailable() from None

    def _profile(self, identity: dict[str, Any]) -> ProviderProfile:
        traits = identity.get("traits") or {}
        address = email(traits.get("email"))
        addresses = identity.get("verifiable_addresses") or ()
        verified = {email(each.get("value")) for each in addresses if says_yes(each.get("verified"))} - {""}
        name = traits.get("name")
        if isinstance(name, dict):  # {"first": …, "last": …} as in Kratos's own examples
            name = " ".join(filter(None, (line(name.get(part)) for part in ("first", "last"))))
        return ProviderProfile(
            issuer=self._config.browser_url,
            subject=str(UUID(identity["id"])),
            email=address,
            email_verified=address in verified,
            username=line(traits.get("username")),
            name=line(name),
        )
