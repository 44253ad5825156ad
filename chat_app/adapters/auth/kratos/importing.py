"""Move accounts to Kratos, before it keeps them.

Each account becomes an identity with its email, username and name, and keeps its password, whose hash Kratos accepts.
The account's row stores the identity's id, so an interrupted import can be started again.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from chat_app.adapters.auth.kratos.api import KratosApi
from chat_app.core.accounts.tables import User
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.errors import Conflict

BATCH: Final = 100
OURS: Final = "parley_user_id"
"""The key, in the metadata that only Kratos's admins see, of the user's id here."""


@dataclass(slots=True)
class ImportedAccounts:
    """The outcome: the numbers of identities created and found, and the accounts that could not be moved."""

    made: int = 0
    linked: int = 0
    left: list[str] = field(default_factory=list)


async def import_accounts(work: UnitOfWork, api: KratosApi, *, schema: str, dry_run: bool = False) -> ImportedAccounts:
    """Move every account that has not been moved. `schema` is the id of Kratos's identity schema.

    With `dry_run` nothing is changed on either side. Raises `AuthUnavailable`, after which it can be started again.
    """
    moved = ImportedAccounts()
    async for user in _waiting(work):
        known = await api.find_identities(user.email) if dry_run else None
        made = None if known else await _make(api, user, schema, dry_run)
        if made is not None:
            moved.made += 1
            await _link(work, user, made, dry_run)
            continue
        found = _same_person(user, await api.find_identities(user.email) if known is None else known)
        if found and await _link(work, user, found, dry_run):
            moved.linked += 1
        else:
            moved.left.append(user.username)
    return moved


async def _waiting(work: UnitOfWork) -> AsyncIterator[User]:
    """Yield the accounts that have not been moved, oldest first.

    No transaction is open while the caller handles one.
    """
    last = UUID(int=0)
    statement = select(User).where(col(User.kratos_identity_id).is_(None), col(User.deleted_at).is_(None))
    while True:
        async with work.begin() as ctx:
            page = statement.where(col(User.id) > last).order_by(col(User.id)).limit(BATCH)
            users: Sequence[User] = (await ctx.db.scalars(page)).all()
        for user in users:
            yield user
        if len(users) < BATCH:
            return
        last = users[-1].id


async def _make(api: KratosApi, user: User, schema: str, dry_run: bool) -> str | None:
    """Create an identity and return its id; return nothing if its email or username is taken there."""
    if dry_run:
        return ""
    identity = await api.create_identity(_identity(user, schema))
    return str(identity["id"]) if identity else None


def _identity(user: User, schema: str) -> dict[str, Any]:
    identity: dict[str, Any] = {
        "schema_id": schema,
        "state": "active",
        "traits": {"email": user.email, "username": user.username, "name": user.name},
        "metadata_admin": {OURS: str(user.id)},
    }
    if user.email_verified_at:
        address = {"value": user.email, "via": "email", "verified": True, "status": "completed"}
        identity["verifiable_addresses"] = [address]
    if user.password_hash:
        identity["credentials"] = {"password": {"config": {"hashed_password": user.password_hash}}}
    return identity


def _same_person(user: User, found: Sequence[dict[str, Any]]) -> str | None:
    """Return the person's identity: one created here before, or one with the same email, verified on both sides.

    An unverified email proves nothing: anybody can register with another person's address.
    """
    for identity in found:
        if (identity.get("metadata_admin") or {}).get(OURS) == str(user.id):
            return str(identity["id"])
        addresses = identity.get("verifiable_addresses") or ()
        verified = {str(each["value"]).lower() for each in addresses if each.get("verified") is True}
        if user.email_verified_at and user.email in verified:
            return str(identity["id"])
    return None


async def _link(work: UnitOfWork, user: User, identity_id: str, dry_run: bool) -> bool:
    """Store the identity's id; return whether that succeeded, since it may belong to another account."""
    if dry_run:
        return True
    mine = update(User).where(col(User.id) == user.id, col(User.kratos_identity_id).is_(None))
    try:
        async with work.begin() as ctx:
            await ctx.db.execute(mine.values(kratos_identity_id=identity_id))
    except Conflict:
        return False
    return True
