"""Encrypt secrets of older keys again, batch by batch, while the site runs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import SQLModel

from chat_app.core.applications.signing import SEAL as SIGNING_KEY
from chat_app.core.applications.tables import SigningKey
from chat_app.core.auth.factors.proof import SEAL as AUTHENTICATOR
from chat_app.core.auth.tables import Authenticator
from chat_app.core.connections.commands import SEAL as CONNECTION
from chat_app.core.connections.tables import Connection
from chat_app.core.invitations.links import SEAL as INVITE_LINK
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.secrets.vault import seal, sealed_prefix, unseal
from chat_app.core.mail.commands import SEAL as MAIL
from chat_app.core.mail.tables import Mail
from chat_app.core.tools.commands import SEAL as TOOL_SERVER
from chat_app.core.tools.tables import ToolServer

BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column with sealed texts, and the use that their keys are derived for."""

    table: type[SQLModel]
    column: str
    use: str


SEALED: Final = (
    Sealed(Authenticator, "sealed_secret", AUTHENTICATOR),
    Sealed(Connection, "sealed_key", CONNECTION),
    Sealed(Connection, "sealed_headers", CONNECTION),
    Sealed(ToolServer, "sealed_token", TOOL_SERVER),
    Sealed(ToolServer, "sealed_headers", TOOL_SERVER),
    Sealed(Mail, "sealed_path", MAIL),
    Sealed(InviteLink, "sealed_token", INVITE_LINK),
    Sealed(SigningKey, "sealed_key", SIGNING_KEY),
)


@dataclass(slots=True)
class Rotated:
    """The number of texts that were encrypted again, and by column the number of those whose key is unknown."""

    sealed: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)


async def rotate_keys(work: UnitOfWork, batch: int = BATCH) -> Rotated:
    """Encrypt all secrets with the current key, in short transactions.

    It may be stopped, and called again. Secrets that cannot be decrypted stay unchanged, in case that their key is
    found; they are unusable until then.
    """
    done = Rotated()
    for each in SEALED:
        after: UUID | None = None
        while True:
            async with work.begin() as ctx:
                after = await _rotate_batch(ctx, each, after, batch, done)
            if after is None:
                break
    return done


async def _rotate_batch(ctx: Context, it: Sealed, after: UUID | None, batch: int, done: Rotated) -> UUID | None:
    """Seal the next texts of a column again; return the key of the last row, ``None`` at the end."""
    keys, column = ctx.policy.keys, getattr(it.table, it.column)
    key: InstrumentedAttribute[Any] = getattr(it.table, inspect(it.table).primary_key[0].name)
    found = select(it.table).where(column.is_not(None), ~column.startswith(sealed_prefix(keys), autoescape=True))
    if after:
        found = found.where(key > after)
    rows = (await ctx.db.scalars(found.order_by(key).limit(batch).with_for_update())).all()
    for row in rows:
        text = unseal(keys, it.use, getattr(row, it.column))
        if text is None:
            done.unreadable[f"{it.table.__tablename__}.{it.column}"] += 1
        else:
            setattr(row, it.column, seal(keys, it.use, text))
            done.sealed += 1
    return getattr(rows[-1], key.key) if len(rows) == batch else None
