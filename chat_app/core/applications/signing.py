"""The keys that sign ID tokens: made once, sealed by the site's key, replaced by a command."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple

from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import delete, select, update
from sqlmodel import col

from chat_app.core.applications.rules import ALGORITHMS
from chat_app.core.applications.tables import SigningKey
from chat_app.core.kernel.context import Context, UnitOfWork
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.core.kernel.secrets.vault import seal, unseal

SEAL: Final = "signing-key"
PUBLISHED: Final = timedelta(days=7)
"""The time for which a retired key is published: longer than its signatures are valid."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The keys at one time: the private one of each algorithm, and all that are published."""

    private: Mapping[str, Mapping[str, Any]] = field(repr=False)
    public: Sequence[Mapping[str, Any]]


class MadeKey(NamedTuple):
    """The two halves of a new key."""

    private: Mapping[str, Any]
    public: dict[str, Any]


async def signing_keys(work: UnitOfWork) -> SigningKeys:
    """Return the keys. The first ones are made, and others where the site's key no longer opens what there is."""
    async with work.begin() as ctx:
        found = _opened(work.policy.keys, await _rows(ctx))
    if missing := set(ALGORITHMS) - set(found.private):
        found = await _make(work, sorted(missing), replace=False)
    return found


async def rotate_signing_keys(work: UnitOfWork) -> None:
    """Make another key for each algorithm. The ones before sign nothing more, and are published for a while."""
    await _make(work, ALGORITHMS, replace=True)


async def forget_signing_keys(ctx: Context) -> None:
    """Delete keys that are no longer published."""
    await ctx.db.execute(delete(SigningKey).where(col(SigningKey.retired_at) < ctx.now - PUBLISHED))


async def _make(work: UnitOfWork, algorithms: Sequence[str], *, replace: bool) -> SigningKeys:
    made = {alg: await asyncio.to_thread(_new_key, alg) for alg in algorithms}  # before anything is locked
    async with work.begin() as ctx:
        await ctx.lock_key("signing-keys")
        in_use = _opened(ctx.policy.keys, await _rows(ctx)).private
        for alg, key in made.items():
            if replace or alg not in in_use:  # unless another process has created one in between
                current = update(SigningKey).where(col(SigningKey.alg) == alg, col(SigningKey.retired_at).is_(None))
                await ctx.db.execute(current.values(retired_at=ctx.now))
                ctx.db.add(_row(ctx, alg, key))
        await ctx.db.flush()
        return _opened(ctx.policy.keys, await _rows(ctx))


async def _rows(ctx: Context) -> Sequence[SigningKey]:
    published = (col(SigningKey.retired_at).is_(None)) | (col(SigningKey.retired_at) > ctx.now - PUBLISHED)
    statement = select(SigningKey).where(published).order_by(col(SigningKey.id).desc())
    return (await ctx.db.scalars(statement, execution_options={"populate_existing": True})).all()


def _new_key(alg: str) -> MadeKey:
    key = RSAKey.generate_key(2048, private=True) if alg == "RS256" else ECKey.generate_key("P-256", private=True)
    named = {"kid": key.thumbprint(), "use": "sig", "alg": alg}
    return MadeKey({**key.as_dict(private=True), **named}, {**key.as_dict(private=False), **named})


def _row(ctx: Context, alg: str, key: MadeKey) -> SigningKey:
    sealed = seal(ctx.policy.keys, SEAL, json.dumps(key.private))
    return SigningKey(alg=alg, sealed_key=sealed, public_key=key.public, created_at=ctx.now)


def _opened(keys: Keyring, rows: Sequence[SigningKey]) -> SigningKeys:
    private: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if row.retired_at is None and row.alg not in private:
            text = unseal(keys, SEAL, row.sealed_key)
            if text is not None:
                private[row.alg] = json.loads(text)
    return SigningKeys(private, [row.public_key for row in rows])
