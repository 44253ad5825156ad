"""Give a person token credits from the command line."""

import asyncio
from contextlib import AsyncExitStack
from decimal import Decimal

from chat_app.adapters.counters import MemoryCounters
from chat_app.bootstrap.database import build_work, open_database
from chat_app.bootstrap.sign_in.providers import open_auth
from chat_app.core.accounts.errors import InvalidField, UserNotFound
from chat_app.core.administration.granting import GRANT_MAX, grant_by_operator
from chat_app.core.billing.tables import CREDIT
from chat_app.settings import Settings
from chat_app.starting.errors import LaunchError


def grant_credits(settings: Settings, name: str, amount: str) -> str:
    """Grant the credits, and return a report. Raises `LaunchError` for an unknown person or an invalid amount."""
    try:
        asyncio.run(_grant(settings, name, int(min(Decimal(amount), Decimal(GRANT_MAX)) * CREDIT)))
    except UserNotFound:
        raise LaunchError(f"Nobody here is called {name}.") from None
    except (ArithmeticError, InvalidField, ValueError):
        raise LaunchError(f"{amount} is no amount of token credits.") from None
    return f"{name} has got {amount} token credits."


async def _grant(settings: Settings, name: str, amount: int) -> None:
    async with AsyncExitStack() as stops:
        engine, clock = open_database(settings, stops)
        work = build_work(settings, engine, clock, open_auth(settings, stops), MemoryCounters())
        async with work.begin() as ctx:
            await grant_by_operator(ctx, name, amount)
