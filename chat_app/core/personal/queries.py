"""Export all data that Parley has of a person; of other people, only names that the person knows."""

from base64 import b64encode
from datetime import datetime
from typing import Any, Final

from limits import RateLimitItemPerHour

from chat_app.core.accounts.queries import get_user
from chat_app.core.kernel.actor import Actor
from chat_app.core.kernel.context import Context
from chat_app.core.personal import account, activity, spending
from chat_app.core.pictures.pictures import Pictures
from chat_app.core.pictures.queries import FoundPicture

EXPORTS: Final = RateLimitItemPerHour(10, namespace="exports")
_PARTS: Final = {
    "sessions": account.sessions,
    "api_tokens": account.tokens,
    "passkeys": account.passkeys,
    "identities": account.own_identities,
    "applications": account.applications,
    "mails": account.mails,
    "contacts": account.known_people,
    "blocked": account.blocked,
    "groups": account.groups,
    "prompts": account.prompts,
    "assistants": account.assistants,
    "rooms": activity.rooms,
    "bans": activity.bans,
    "join_requests": activity.join_requests,
    "invitations": activity.invitations,
    "invitations_sent": activity.invitations_sent,
    "invite_links": activity.invite_links,
    "messages": activity.messages,
    "files": activity.files,
    "questions": activity.questions,
    "reactions": activity.reactions,
    "stars": activity.stars,
    "ratings": activity.ratings,
    "mentions": activity.mentions,
    "reports": activity.reports,
    "help_requests": activity.help_requests,
    "transactions": spending.transactions,
    "usage": spending.usage,
    "budgets": spending.budgets,
    "payments": spending.payments,
    "subscriptions": spending.subscriptions,
}


async def export_with_pictures(pictures: Pictures, actor: Actor) -> dict[str, Any]:
    """Return what :func:`export_own_data` does, the pictures as base64 of a WebP. Raises ``StorageAway`` too."""
    async with pictures.work.begin(actor) as ctx:
        data = await export_own_data(ctx)
    return await with_pictures(pictures, data)


async def with_pictures(pictures: Pictures, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with pictures as base64 in their places. Raises ``StorageAway``."""
    for row in (data["account"], *data["assistants"]):
        if row["picture"] is not None:
            row["picture"] = await _base64(pictures, row["picture"])
    return data


async def _base64(pictures: Pictures, found: FoundPicture) -> str | None:
    try:
        return b64encode(await pictures.read(found)).decode()
    except FileNotFoundError:  # replaced in between
        return None


async def export_own_data(ctx: Context) -> dict[str, Any]:
    """Return the actor's account and everything they have done, as JSON without secrets, but with the places of
    pictures. Raises ``RateLimited``.
    """
    await ctx.limit(EXPORTS, str(ctx.me.user_id))
    return await read_own_data(ctx)


async def read_own_data(ctx: Context) -> dict[str, Any]:
    """Return what :func:`export_own_data` does, for an export that was admitted before."""
    user = await get_user(ctx, ctx.me.user_id)
    data: dict[str, Any] = {"exported_at": ctx.now, "account": await account.account(ctx, user)}
    for name, part in _PARTS.items():
        data[name] = await part(ctx)
    return {name: plain(part) for name, part in data.items()}


def plain(value: Any) -> Any:
    """Return the value with its times and ids as text. Pure."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value if value is None or isinstance(value, str | int | FoundPicture) else str(value)
