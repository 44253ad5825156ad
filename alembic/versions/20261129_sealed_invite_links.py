"""Seal the tokens of invite links, and find a link by its token's digest."""

import hashlib
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from chat_app.bootstrap.keys import open_keyring
from chat_app.core.kernel.secrets.keyring import Keyring
from chat_app.core.kernel.secrets.vault import seal, unseal
from chat_app.settings import get_settings

revision = "b6d92f4c07e1"
down_revision = "e7a15c93d2f4"
branch_labels = None
depends_on = None

_USE = "invite link"
_BATCH = 1000


def upgrade() -> None:
    op.add_column("invite_links", sa.Column("token_hash", sa.LargeBinary(), nullable=True))
    op.add_column("invite_links", sa.Column("sealed_token", sa.String(), nullable=True))
    op.alter_column("invite_links", "token", nullable=True)

    def sealed(keys: Keyring, token: str) -> dict[str, object]:
        digest = hashlib.sha256(token.encode()).digest()
        return {"token": None, "token_hash": digest, "sealed_token": seal(keys, _USE, token)}

    _change("token", sealed)
    op.drop_column("invite_links", "token")
    op.alter_column("invite_links", "token_hash", nullable=False)
    op.alter_column("invite_links", "sealed_token", nullable=False)
    op.create_unique_constraint("invite_links_token_hash_key", "invite_links", ["token_hash"])


def downgrade() -> None:
    op.add_column("invite_links", sa.Column("token", sa.String(), nullable=True))
    op.alter_column("invite_links", "sealed_token", nullable=True)

    def opened(keys: Keyring, text: str) -> dict[str, object]:
        token = unseal(keys, _USE, text)
        if token is None:
            raise RuntimeError("The key of an invite link is not known: add it to PARLEY_ENCRYPTION_OLD_KEYS")
        return {"token": token, "sealed_token": None}

    _change("sealed_token", opened)
    op.drop_column("invite_links", "sealed_token")
    op.drop_column("invite_links", "token_hash")
    op.alter_column("invite_links", "token", nullable=False)
    op.create_unique_constraint("invite_links_token_key", "invite_links", ["token"])


def _change(column: str, change: Callable[[Keyring, str], dict[str, object]]) -> None:
    """Give each link that has a text in the column other values, which leave it empty."""
    links = sa.table("invite_links", *map(sa.column, ("id", "token", "token_hash", "sealed_token")))
    left = sa.select(links.c.id, links.c[column]).where(links.c[column].is_not(None)).limit(_BATCH)
    db, keys = op.get_bind(), None
    while rows := db.execute(left).all():
        keys = keys or _keys()
        for link_id, text in rows:
            db.execute(links.update().where(links.c.id == link_id).values(change(keys, text)))


def _keys() -> Keyring:
    """Return the keys of the site as its processes have them."""
    settings = get_settings()
    if settings.secret_key is None:
        raise RuntimeError("PARLEY_SECRET_KEY is not set: `python -m chat_app migrate` knows the site's own")
    return open_keyring(settings) or Keyring("", {"": settings.secret_key.get_secret_value().encode()})
