"""Register with a password."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from limits import RateLimitItemPerHour

from chat_app.core.accounts import rules
from chat_app.core.accounts.commands import add_user, fields_taken, refuse_unfit
from chat_app.core.accounts.errors import InvalidField
from chat_app.core.accounts.tables import User
from chat_app.core.auth.passwords import hash_password
from chat_app.core.auth.rules import check_password
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import DomainError

REGISTRATIONS = RateLimitItemPerHour(30, namespace="register")
EMAIL_TAKEN_COSTS: Final = 3
"""The number of attempts that a taken email counts as, so that nobody can check a list of addresses."""


async def register(
    ctx: Context,
    *,
    email: str,
    username: str,
    password: str,
    name: str = "",
    locale: str = "en",
    invited: bool = False,
    approved: bool = False,
    address: str = "",
) -> User:
    """Create an account; ``invited`` if the caller has checked an invitation, ``approved`` if it was an admin's. Raises
    ``InvalidField``, :class:`Taken`, :class:`SignUpClosed`, ``DomainNotAllowed`` or ``RateLimited``. If several fields
    are invalid, the first error has the others in ``details["others"]``.
    """
    unfit: list[DomainError] = []
    email = _fit(unfit, rules.check_email, email)
    username = _fit(unfit, rules.check_username, username)
    name = name and _fit(unfit, rules.check_name, name)
    await ctx.limit(REGISTRATIONS, address)
    await asyncio.to_thread(_fit, unfit, partial(_password_fits, about=(username, email, name)), password)
    if unfit and ctx.policy.sign_up == "open":  # a person who may not sign up learns nothing of existing accounts
        unfit += await fields_taken(ctx, email, username)
    try:
        refuse_unfit(unfit)
        return await add_user(
            ctx,
            email=email,
            username=username,
            name=name,
            password_hash=await hash_password(password),
            locale=rules.check_choice(locale, rules.LOCALES, "locale"),
            invited=invited,
            approved=approved,
        )
    except DomainError as error:
        if "email_taken" in _codes(error):
            await ctx.admits(REGISTRATIONS, address, count=EMAIL_TAKEN_COSTS - 1)
        raise


def _fit(unfit: list[DomainError], check: Callable[[str], str], value: str) -> str:
    """Return the checked value; "" with the error added to ``unfit`` if it is not acceptable."""
    try:
        return check(value)
    except InvalidField as error:
        unfit.append(error)
        return ""


def _password_fits(password: str, about: tuple[str, ...]) -> str:
    return check_password(password, *about)


def _codes(error: DomainError) -> set[object]:
    """Return the codes of an error and of the other errors raised with it."""
    others = error.details.get("others")
    return {error.code, *(each["code"] for each in (others if isinstance(others, list) else []))}
