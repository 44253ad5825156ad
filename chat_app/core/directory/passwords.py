"""Sign in by a password of an organisation's directory."""

from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerMinute

from chat_app.core.auth.factors.proof import check_second_factor
from chat_app.core.auth.sessions.commands import ADDRESS_MAX, LOGIN_MAX, begin_session
from chat_app.core.directory.following import follow_groups
from chat_app.core.directory.leavers import welcome_back
from chat_app.core.directory.members import admit_member
from chat_app.core.directory.recording import LDAP
from chat_app.core.identities.commands import linked_user
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.ports import PasswordDirectory, ProviderProfile
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.texts.cleaning import clean_line

PER_LOGIN: Final = RateLimitItemPerMinute(10, 5, namespace="directory_login")
PER_ADDRESS: Final = RateLimitItemPerMinute(30, 5, namespace="directory_address")


@dataclass(frozen=True, slots=True)
class DirectoryAnswer:
    """Hold a directory's answer about a login and its password; nothing if it has no such login, or is ``away``."""

    directory: PasswordDirectory | None = None
    profile: ProviderProfile | None = None
    away: ProviderUnavailable | None = None


async def count_question(ctx: Context, login: str, address: str) -> None:
    """Count a request to the directory, so that attempts here lock no account there. Raises ``RateLimited``."""
    await ctx.limit(PER_ADDRESS, address)
    await ctx.limit(PER_LOGIN, clean_line(login[:LOGIN_MAX]).lower(), clean_line(address[:ADDRESS_MAX]))


async def sign_in_as_listed(
    ctx: Context, listed: DirectoryAnswer, *, code: str, locale: str, address: str, user_agent: str
) -> tuple[Actor, str] | None:
    """Begin a session for a person whose password the directory has confirmed.

    Returns the actor and the token, or nothing if the directory has not confirmed it, or is not the authority for the
    person. Raises as ``sign_in`` does after a correct password.
    """
    if listed.directory is None or listed.profile is None:
        return None
    organisation = listed.directory.organisation
    user = await linked_user(ctx, listed.profile)
    user = user or await admit_member(ctx, organisation, listed.profile, locale=locale)
    if user is None:
        return None
    if user.username not in ctx.policy.break_glass:
        user.password_hash = None  # the directory's is theirs, and ends when they leave it
    await welcome_back(ctx, user)
    await follow_groups(ctx, organisation, user, listed.profile.groups, source=LDAP)
    await check_second_factor(ctx, user.id, code)
    return begin_session(ctx, user, address=address, user_agent=user_agent, provider=listed.directory.id)
