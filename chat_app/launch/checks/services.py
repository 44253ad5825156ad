"""Check the other servers that the settings and the database name, for `check`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from cryptography.x509 import load_pem_x509_certificate
from sqlalchemy.exc import ProgrammingError

from chat_app.adapters.auth.hydra import Hydra
from chat_app.adapters.counters import MemoryCounters
from chat_app.adapters.media.clamd import Clamd
from chat_app.adapters.payments.stripe_client import StripeClient
from chat_app.bootstrap.ai.gateway import open_gateway
from chat_app.bootstrap.database import build_work, open_database
from chat_app.bootstrap.secrets import revealed
from chat_app.bootstrap.sign_in.organisations import open_directory, policy_of_organisations
from chat_app.bootstrap.sign_in.providers import offered_providers, open_auth
from chat_app.core.connections.errors import ProviderFailed
from chat_app.core.connections.ports import Connector, Endpoint
from chat_app.core.connections.queries import read_endpoints
from chat_app.core.directory.access import locked_out
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError, Unavailable
from chat_app.settings import Settings

T = TypeVar("T")


async def connections(settings: Settings) -> str:
    """Ask the providers of models whose connections are in the database."""
    if settings.database_url is None:
        return "not asked, since Parley's own PostgreSQL does not run for this"
    async with AsyncExitStack() as stops:
        gateway = open_gateway(settings, stops)
        try:
            endpoints = await _endpoints(settings, stops)
        except Unavailable:
            return "not asked, since the database does not answer"
        if endpoints is None:
            return "none yet: the database has no tables before the first start"
        answers = await asyncio.gather(*(_asked(gateway, each) for each in endpoints))
    if wrong := [each for each in answers if each]:
        raise RuntimeError("; ".join(wrong))
    return f"{len(endpoints)} of the database answer" if endpoints else "none in the database"


async def break_glass(settings: Settings) -> str:
    """Look whether those can sign in who may when the provider is away at which everybody else must."""
    if not policy_of_organisations(settings)["enforced"]:
        return "not needed: nobody must sign in at a provider"
    if settings.database_url is None:
        return "not looked for, since Parley's own PostgreSQL does not run for this"
    async with AsyncExitStack() as stops:
        try:
            names = await _read(settings, stops, locked_out)
        except Unavailable:
            return "not looked for, since the database does not answer"
    if names:
        raise RuntimeError(f"PARLEY_BREAK_GLASS names who is no administrator with a password: {', '.join(names)}")
    return "not looked for before the first start" if names is None else ", ".join(settings.break_glass)


async def _endpoints(settings: Settings, stops: AsyncExitStack) -> list[Endpoint] | None:
    found = await _read(settings, stops, read_endpoints)
    return found[0] if found else None


async def _read(settings: Settings, stops: AsyncExitStack, query: Callable[[Context], Awaitable[T]]) -> T | None:
    """Return the result of a query; ``None`` if the database has no tables yet."""
    engine, clock = open_database(settings, stops)
    work = build_work(settings, engine, clock, open_auth(settings, stops), MemoryCounters())
    try:
        async with work.begin() as ctx:
            return await query(ctx)
    except ProgrammingError as error:
        if isinstance(error.orig, psycopg.errors.UndefinedTable):
            return None
        raise RuntimeError("the database is not as this version has it: a start brings it up to date") from None


async def _asked(gateway: Connector, endpoint: Endpoint) -> str:
    """Return the problem of a connection; "" for none."""
    try:
        await gateway.probe(endpoint)
    except ProviderFailed as error:
        return f"{endpoint.name} ({endpoint.slug}): {error.code.replace('_', ' ')}"
    return ""


async def scanner(settings: Settings) -> str:
    """Ask the virus scanner whether it is there."""
    if not settings.clamd_url:
        return "none"
    return f"clamd {await Clamd(settings.clamd_url).version()}"


async def certificates(settings: Settings) -> str:
    """Look when the certificates that the settings name end: others refuse one that has."""
    files = {"SAML_CERTIFICATE": settings.saml_certificate}
    files["PARLEY_LLM_GATEWAY_CERTIFICATE"] = settings.llm_gateway_certificate
    files |= {f"the certificate of {each.id} in SAML_FILE": each.certificate for each in settings.saml_providers}
    ends = {name: _end_of(name, path) for name, path in files.items() if path}
    if over := [f"{name} ended on {end:%Y-%m-%d}" for name, end in ends.items() if end <= datetime.now(UTC)]:
        raise RuntimeError("; ".join(over))
    return f"the first ends on {min(ends.values()):%Y-%m-%d}" if ends else "none"


def _end_of(name: str, path: Path) -> datetime:
    try:
        return load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except OSError as error:
        raise RuntimeError(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        raise RuntimeError(f"{name} is no certificate in PEM") from None


async def directory(settings: Settings) -> str:
    """Sign in at the LDAP directory by the account that searches, and count whom it finds."""
    found: Any = open_directory(settings)
    if found is None:
        return "none"
    await found.check()
    try:
        people = len(await found.listed())
    except ProviderUnavailable:
        raise RuntimeError("LDAP does not list its people: see LDAP_BASE_DN and LDAP_FILTER") from None
    if not people:
        raise RuntimeError("LDAP finds nobody: see LDAP_BASE_DN, LDAP_FILTER and LDAP_ID_ATTRIBUTE")
    return f"LDAP accepts the account that searches; {people} may sign in"


async def providers(settings: Settings) -> str:
    """Begin a sign-in at each provider, which reads its metadata; nothing is sent."""
    offered = offered_providers(settings)
    wrong = []
    for each in offered.values():
        try:
            await each.depart(f"{settings.origin}/api/v1/auth/{each.id}/callback")
        except ProviderUnavailable:
            wrong.append(f"the metadata of {each.name} ({each.id}) cannot be had, or not be used")
    if wrong:
        raise RuntimeError("; ".join(wrong))
    return ", ".join(each.name for each in offered.values()) or "none"


async def hydra(settings: Settings) -> str:
    """Ask Hydra's admin API."""
    if not (settings.hydra_admin_url and settings.hydra_public_url):
        return "none"
    server = Hydra(settings.hydra_admin_url, settings.hydra_public_url)
    try:
        await server.check()
    except DomainError:
        raise RuntimeError("HYDRA_ADMIN_URL does not answer as the admin API of a Hydra") from None
    finally:
        await server.aclose()
    return "its admin API answers"


async def stripe(settings: Settings) -> str:
    """Ask Stripe for the balance, which any secret key may see."""
    if not (key := revealed(settings.stripe_secret_key)):
        return "none"
    client = StripeClient(key, settings.stripe_api_base)
    try:
        await client.ask("get", "balance")
    except Exception as error:
        raise RuntimeError(f"Stripe does not take STRIPE_SECRET_KEY: {error}") from None
    finally:
        await client.aclose()
    return "Stripe takes the key"
