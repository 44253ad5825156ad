"""Check everything that the settings name, and list each problem at once, for operators."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import psycopg

from chat_app.adapters.mail.smtp_mailer import SmtpMailer
from chat_app.adapters.postgres import DatabaseClock
from chat_app.bootstrap.ai.gateway import open_gateway
from chat_app.bootstrap.files.storage import open_storage
from chat_app.bootstrap.keys import open_keyring
from chat_app.bootstrap.secrets import revealed
from chat_app.core.kernel.ids import new_id
from chat_app.launch.checks import redis, services, sign_in, storage
from chat_app.launch.hiding import without_secrets
from chat_app.settings import Settings

SECONDS: Final = 30
OLDEST: Final = 15
_CHECKED: Final = "checks/"


def problems(settings: Settings, say: Callable[[str], None]) -> int:
    """Check each part, print its result in one line, and return the number of problems."""
    return asyncio.run(_check_all(settings, say))


async def _check_all(settings: Settings, say: Callable[[str], None]) -> int:
    count = 0
    say("ok       settings: all values can be read")
    for name, check in _CHECKS.items():
        try:
            async with asyncio.timeout(SECONDS):
                say(f"ok       {name}: {await check(settings)}")
        except TimeoutError:
            count += 1
            say(f"PROBLEM  {name}: no answer within {SECONDS} seconds")
        except Exception as error:  # for any kind of error, the other parts are checked too
            count += 1
            words = " ".join(str(error).split()) or type(error).__name__
            say(f"PROBLEM  {name}: {without_secrets(words, settings)}")
    return count


async def _database(settings: Settings) -> str:
    if settings.database_url is None:
        return "Parley runs its own PostgreSQL"
    url = settings.database_url.get_secret_value().replace("postgresql+psycopg", "postgresql", 1)
    async with await psycopg.AsyncConnection.connect(url, connect_timeout=5) as connection:
        version = connection.info.server_version // 10_000
        row = await (await connection.execute("SELECT current_setting('transaction_read_only')")).fetchone()
    if version < OLDEST:
        raise RuntimeError(f"PostgreSQL {version} is too old: {OLDEST} or newer is needed")
    if row and row[0] == "on":
        raise RuntimeError("it accepts no writes: DATABASE_URL names a standby")
    return f"PostgreSQL {version} answers"


async def _redis(settings: Settings) -> str:
    await asyncio.to_thread(redis.check, settings)
    return "it answers" if settings.redis_url else "none, so one process serves everybody"


async def _keys(settings: Settings) -> str:
    await asyncio.to_thread(sign_in.check, settings)
    ring = await asyncio.to_thread(open_keyring, settings)
    return f"{ring.current or 'PARLEY_SECRET_KEY'} seals, {len(ring.keys)} open" if ring else "PARLEY_SECRET_KEY seals"


async def _storage(settings: Settings) -> str:
    storage.check(settings)
    async with AsyncExitStack() as stops:
        place, key = open_storage(settings, DatabaseClock(), stops), f"{_CHECKED}{new_id()}"
        await place.put(key, b"ok", "text/plain")
        try:
            if await place.read(key) != b"ok":
                raise RuntimeError("it returns other bytes than were written")
        finally:
            await place.delete(key)
    return "files can be written, read and deleted"


async def _mail(settings: Settings) -> str:
    if not (url := revealed(settings.smtp_url)):
        return "no server, so mail is kept at /outbox"
    await SmtpMailer(url, settings.mail_from).check()
    return "the server accepts the sign-in"


async def _models(settings: Settings) -> str:
    async with AsyncExitStack() as stops:
        gateway = open_gateway(settings, stops)
        models = await gateway.models()
        if not await gateway.health():
            raise RuntimeError("none of the providers in the settings answers")
    named = ", ".join(model.label for model in models[:5])
    return f"{len(models)} offered by the settings: {named}"


_CHECKS: Final[dict[str, Callable[[Settings], Awaitable[str]]]] = {
    "database": _database,
    "redis": _redis,
    "keys": _keys,
    "storage": _storage,
    "mail": _mail,
    "models": _models,
    "connections": services.connections,
    "scanner": services.scanner,
    "providers": services.providers,
    "certificates": services.certificates,
    "directory": services.directory,
    "break glass": services.break_glass,
    "hydra": services.hydra,
    "payments": services.stripe,
}
