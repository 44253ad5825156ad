"""Sealing everything again with the current key."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, DateTime, Float, Integer, Uuid, select

from chat_app.core.auth.factors.proof import SEAL as AUTHENTICATOR
from chat_app.core.auth.tables import Authenticator
from chat_app.core.connections.commands import SEAL as CONNECTION
from chat_app.core.connections.tables import Connection
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.core.kernel.secrets.vault import seal, sealed_prefix, unseal
from chat_app.core.keys import rotating
from chat_app.core.keys.rotating import SEALED, rotate_keys
from chat_app.core.schema import metadata
from tests.support.factory import Factory

OLD = Keyring("", {"": b"o" * 32})
BOTH = Keyring("2026", {"2026": b"n" * 32, "": b"o" * 32})
NEW = Keyring("2026", {"2026": b"n" * 32})


def test_a_text_is_opened_by_its_own_key_alone():
    sealed = seal(BOTH, "use", "secret")
    assert sealed.startswith(sealed_prefix(BOTH))
    assert unseal(NEW, "use", sealed) == "secret"
    assert unseal(NEW, "other", sealed) is None
    assert unseal(OLD, "use", sealed) is None
    assert unseal(BOTH, "use", seal(OLD, "use", "before")) == "before"
    for junk in ("", ".", "a.b.c.d.e", "é", "eyJraWQiOltdfQ.a.b.c.d", sealed[:-4]):
        assert unseal(BOTH, "use", junk) is None


def test_every_sealed_column_is_rotated():
    columns = {(table.name, it.name) for table in metadata.tables.values() for it in table.c if "sealed" in it.name}
    assert {(str(each.table.__tablename__), each.column) for each in SEALED} == columns


PLAIN = {
    "message_attachments.upload_token": "how the storage names an upload; it opens nothing without the storage's keys",
    "oauth_grants.code_challenge": "a digest of the application's secret",
    "oauth_grants.nonce": "told to the browser by the application",
    "oauth_signing_keys.public_key": "public",
    "passkeys.public_key": "public",
    "token_usage_days.key": "the id or the name of what used tokens",
    "passkeys.credential_id": "the name of a key that stays on its device",
    "sign_in_attempts.nonce": "in the browser's address",
    "sign_in_attempts.code_verifier": "sealed, for 15 minutes",
}
"""Columns whose names are those of secrets, with the reason why their texts are stored as they are."""


def test_every_secret_is_sealed_or_a_digest():
    looks = re.compile(r"secret|token|key|passw|nonce|verifier|credential|challenge|code(?!c)|header")
    texts = {
        f"{table.name}.{it.name}"
        for table in metadata.tables.values()
        for it in table.c
        if looks.search(it.name) and not it.foreign_keys and not it.name.startswith("sealed_")
        if not isinstance(it.type, Integer | BigInteger | Float | DateTime | Uuid | Boolean)
        if not it.name.endswith("_hash")
    }
    assert texts == set(PLAIN)


def stopping(after: int) -> Callable[..., Any]:
    """Seal so many batches, and then stop as Ctrl-C does."""
    seal_batch, begun = rotating._rotate_batch, count(1)

    async def stop(*arguments: Any) -> Any:
        if next(begun) > after:
            raise KeyboardInterrupt
        return await seal_batch(*arguments)

    return stop


async def test_all_is_sealed_again_in_batches_however_often_it_is_stopped(
    work: UnitOfWork, make: Factory, monkeypatch: pytest.MonkeyPatch
):
    people = [await make.actor() for _ in range(5)]
    async with work.begin() as ctx:
        for place, who in enumerate(people):
            row = {"user_id": who.user_id, "sealed_secret": seal(OLD, AUTHENTICATOR, f"totp {place}")}
            ctx.db.add(Authenticator(**row, created_at=ctx.now))
        lost = seal(Keyring("x", {"x": b"x" * 32}), CONNECTION, "lost")
        for slug, key in (("a", seal(OLD, CONNECTION, "key")), ("b", lost), ("c", None)):
            it = {
                "slug": slug,
                "kind": "ollama",
                "name": slug,
                "base_url": "",
                "enabled": True,
                "served": [],
                "sealed_key": key,
            }
            ctx.db.add(Connection(**it, created_at=ctx.now))
    work.policy = replace(work.policy, keyring=BOTH)
    with monkeypatch.context() as here:
        here.setattr(rotating, "_rotate_batch", stopping(after=2))
        with pytest.raises(KeyboardInterrupt):
            await rotate_keys(work, batch=2)
    first, second = await rotate_keys(work, batch=2), await rotate_keys(work, batch=2)
    assert (first.sealed, second.sealed) == (2, 0)
    assert first.unreadable == second.unreadable == {"llm_connections.sealed_key": 1}
    async with work.begin() as ctx:
        secrets = [each.sealed_secret for each in await ctx.db.scalars(select(Authenticator))]
        keys = {each.slug: each.sealed_key for each in await ctx.db.scalars(select(Connection))}
    assert sorted(str(unseal(NEW, AUTHENTICATOR, each)) for each in secrets) == [f"totp {n}" for n in range(5)]
    assert unseal(NEW, CONNECTION, str(keys["a"])) == "key"
    assert keys["b"] == lost
