"""Answer an Ory Hydra's requests about Parley's people: who signs in, what they allow, and who signs out.

Hydra handles OAuth 2 for applications. It sends challenges in the browser's address, and gets answers by its admin API.
No transaction is open during these calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

from limits import RateLimitItemPerMinute
from sqlmodel import col

from chat_app.core.applications.authorization.authorizing import (
    WAITS,
    ConsentAsked,
    NextStep,
    Step,
    is_stale,
)
from chat_app.core.applications.authorization.claims import claims_within
from chat_app.core.applications.authorization.loading import bearer_of
from chat_app.core.applications.consents import HYDRA, has_consent, remember_consent, revoke_application
from chat_app.core.applications.errors import RequestExpired
from chat_app.core.applications.rules import shown_host
from chat_app.core.applications.tables import AuthorizationRequest
from chat_app.core.auth.sessions.commands import revoke_sessions
from chat_app.core.auth.tables import UserSession
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.errors import NotSignedIn
from chat_app.core.kernel.secrets.digests import digest
from chat_app.core.kernel.work.jobs import JobAttempt

CHALLENGE_MAX: Final = 8000
ASKED: Final = RateLimitItemPerMinute(60, namespace="hydra_challenges")


@dataclass(frozen=True, slots=True)
class LoginAsked:
    """Hydra asks who signs in; ``subject`` is who did before in this browser, or ""."""

    subject: str
    request_url: str


@dataclass(frozen=True, slots=True)
class ConsentAskedByHydra:
    """A request of Hydra for its ``subject``'s consent to an application. It can say that no consent is needed."""

    subject: str
    client_id: str
    client_name: str
    scopes: Sequence[str]
    audience: Sequence[str]
    request_url: str
    skip: bool


class HydraServer(Protocol):
    """Hydra's admin API.

    Each call raises ``RequestExpired`` where the challenge is not known or was answered, and ``ProviderAway``. Each
    answer is an address at Hydra's public URL.
    """

    async def login(self, challenge: str) -> LoginAsked:
        """Return the request of a login challenge."""
        ...

    async def accept_login(self, challenge: str, subject: str, seconds: int) -> str:
        """Accept a login of a person, which Hydra remembers for so long."""
        ...

    async def reject_login(self, challenge: str, error: str) -> str:
        """Reject a login challenge."""
        ...

    async def consent(self, challenge: str) -> ConsentAskedByHydra:
        """Return the request of a consent challenge."""
        ...

    async def accept_consent(self, challenge: str, asked: ConsentAskedByHydra, claims: Mapping[str, Any]) -> str:
        """Allow the request; the claims go into the ID token."""
        ...

    async def reject_consent(self, challenge: str, error: str) -> str:
        """Allow nothing."""
        ...

    async def logout(self, challenge: str) -> str:
        """Return the subject whom a logout challenge is about."""
        ...

    async def accept_logout(self, challenge: str) -> str:
        """Accept a logout challenge."""
        ...

    async def revoke(self, subject: str, client_id: str) -> None:
        """End all tokens of an application for a person."""
        ...

    async def revoke_all(self, subject: str) -> None:
        """End a person's sessions at Hydra, and the tokens of all applications for them."""
        ...


class HydraSteps:
    """The steps of a browser that Hydra has sent here."""

    def __init__(self, work: UnitOfWork, server: HydraServer) -> None:
        self._work, self._server = work, server

    async def login(self, actor: Actor | None, challenge: str, address: str) -> NextStep:
        """Sign the person in at Hydra, or redirect to the sign-in here.

        Raises ``RequestExpired`` or ``RateLimited``. If Hydra already has a session of a person in this browser, the
        person is not replaced.
        """
        challenge = _checked(challenge)
        async with self._work.begin() as ctx:
            await ctx.limit(ASKED, address)
        asked = await self._server.login(challenge)
        prompts, age = _wishes(asked.request_url)
        async with self._work.begin(actor) as ctx:
            row = await _first_seen(ctx, challenge)
            stale = actor is not None and await is_stale(ctx, row, prompts, age)
            seconds = ctx.policy.session_days * 86_400
        if actor is None or stale:
            if "none" in prompts or (stale and self._work.policy.account_page):
                return NextStep(Step.RETURN, await self._server.reject_login(challenge, "login_required"))
            return NextStep(Step.SIGN_IN_AGAIN if actor else Step.SIGN_IN, token=challenge)
        if asked.subject and asked.subject != str(actor.user_id):
            return NextStep(Step.RETURN, await self._server.reject_login(challenge, "login_required"))
        return NextStep(Step.RETURN, await self._server.accept_login(challenge, str(actor.user_id), seconds))

    async def consent(self, actor: Actor | None, challenge: str, address: str) -> NextStep:
        """Answer with the person's earlier consent, or let them be asked. Raises as :meth:`login` does."""
        challenge = _checked(challenge)
        async with self._work.begin() as ctx:
            await ctx.limit(ASKED, address)
        asked = await self._server.consent(challenge)
        if actor is None or asked.subject != str(actor.user_id):
            return NextStep(Step.RETURN, await self._server.reject_consent(challenge, "access_denied"))
        prompts, _ = _wishes(asked.request_url)
        async with self._work.begin(actor) as ctx:
            known = asked.skip or await has_consent(ctx, HYDRA + asked.client_id, asked.scopes)
        if not known or "consent" in prompts:
            if "none" in prompts:
                return NextStep(Step.RETURN, await self._server.reject_consent(challenge, "consent_required"))
            return NextStep(Step.CONSENT, token=challenge)
        return NextStep(Step.RETURN, await self._accept(actor, challenge, asked))

    async def view(self, actor: Actor, challenge: str) -> ConsentAsked:
        """Return the question for the person. Raises ``RequestExpired``, also for a question to another person."""
        asked = await self._own(actor, _checked(challenge))
        back = parse_qs(urlsplit(asked.request_url).query).get("redirect_uri", [""])[0]
        return ConsentAsked(asked.client_name or asked.client_id, shown_host(back), tuple(asked.scopes))

    async def answer(self, actor: Actor, challenge: str, *, allow: bool) -> str:
        """Take the person's answer; return the address to go to. Raises as :meth:`view` does."""
        challenge = _checked(challenge)
        asked = await self._own(actor, challenge)
        if not allow:
            return await self._server.reject_consent(challenge, "access_denied")
        url = await self._accept(actor, challenge, asked)
        async with self._work.begin(actor) as ctx:
            name = asked.client_name or asked.client_id
            await remember_consent(ctx, HYDRA + asked.client_id, name, asked.scopes)
        return url

    async def check_logout(self, challenge: str, address: str) -> None:
        """Check that Hydra requests a sign-out.

        Raises as :meth:`login` does. Any page can send a browser to this address, so people are only signed out after
        they confirm it on a page of this site.
        """
        await self._leaving(challenge, address)

    async def log_out(self, actor: Actor | None, challenge: str, address: str) -> tuple[str, bool]:
        """Sign the person out at Hydra, and here if it is they; return the address to go to, and whether they are."""
        subject = await self._leaving(challenge, address)
        url = await self._server.accept_logout(challenge)
        if actor is None or subject != str(actor.user_id):
            return url, False
        async with self._work.begin(actor) as ctx:
            await revoke_sessions(ctx, col(UserSession.id) == actor.session_id)
        return url, True

    async def revoke(self, actor: Actor, client: str) -> None:
        """Revoke the person's consent to an application of Hydra, first there. Raises ``ApplicationNotFound``."""
        if client.startswith(HYDRA):
            await self._server.revoke(str(actor.user_id), client.removeprefix(HYDRA))
        async with self._work.begin(actor) as ctx:
            await revoke_application(ctx, client)

    async def end_access(self, _: JobAttempt, user: str) -> None:
        """End at Hydra what acts for a person whose access has ended here, as a job. Raises ``ProviderAway``."""
        await self._server.revoke_all(user)

    async def _leaving(self, challenge: str, address: str) -> str:
        """Return the subject who will be signed out."""
        challenge = _checked(challenge)
        async with self._work.begin() as ctx:
            await ctx.limit(ASKED, address)
        return await self._server.logout(challenge)

    async def _own(self, actor: Actor, challenge: str) -> ConsentAskedByHydra:
        asked = await self._server.consent(challenge)
        if asked.subject != str(actor.user_id):
            raise RequestExpired()
        return asked

    async def _accept(self, actor: Actor, challenge: str, asked: ConsentAskedByHydra) -> str:
        async with self._work.begin(actor) as ctx:
            bearer = await bearer_of(ctx, actor.user_id, actor.session_id)
        if bearer is None:
            raise NotSignedIn()
        return await self._server.accept_consent(challenge, asked, claims_within(bearer.claims, asked.scopes))


async def _first_seen(ctx: Context, challenge: str) -> AuthorizationRequest:
    """Return the time at which a challenge was first seen, so that a later sign-in is recognised."""
    key = digest(HYDRA + challenge)
    await ctx.lock_key(f"challenge {key.hex()}")
    row = await ctx.db.get(AuthorizationRequest, key)
    if row is None:
        row = AuthorizationRequest(token_hash=key, params={}, created_at=ctx.now, expires_at=ctx.now + WAITS)
        ctx.db.add(row)
    return row


def _wishes(url: str) -> tuple[frozenset[str], int | None]:
    """Return the actions that the application requires of the person first, from its request to Hydra."""
    try:
        found = parse_qs(urlsplit(url).query)
    except ValueError:
        return frozenset(), None
    age = found.get("max_age", [""])[0]
    return frozenset(found.get("prompt", [""])[0].split()), int(age[:9]) if age.isascii() and age.isdigit() else None


def _checked(challenge: str) -> str:
    if not 0 < len(challenge) <= CHALLENGE_MAX or not challenge.isascii() or not challenge.isprintable():
        raise RequestExpired()
    return challenge
