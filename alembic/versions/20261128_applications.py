"""Keep applications that sign people in here, their grants and tokens, people's consents, and signing keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f4a81c7d20e6"
down_revision = "b7f3a9c1d2e4"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXTS = sa.ARRAY(sa.String())


def upgrade() -> None:
    op.create_table(
        "oauth_applications",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("redirect_uris", _TEXTS, nullable=False),
        sa.Column("logout_uris", _TEXTS, nullable=False),
        sa.Column("scopes", _TEXTS, nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("signing_alg", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME, nullable=True),
    )
    op.create_table(
        "oauth_requests",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False, index=True),
    )
    op.create_table(
        "oauth_grants",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _reference("application_id", "oauth_applications.id"),
        _reference("user_id", "users.id"),
        _reference("session_id", "sessions.id"),
        sa.Column("scopes", _TEXTS, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("code_challenge", sa.String(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("code_expires_at", _TIME, nullable=False),
        sa.Column("code_used_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
    )
    op.create_table(
        "oauth_tokens",
        sa.Column("token_hash", sa.LargeBinary(), primary_key=True),
        _reference("grant_id", "oauth_grants.id"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scopes", _TEXTS, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False, index=True),
        sa.Column("used_at", _TIME, nullable=True),
    )
    op.create_table(
        "oauth_consents",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("client", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", _TEXTS, nullable=False),
        sa.Column("granted_at", _TIME, nullable=False),
    )
    op.create_table(
        "oauth_signing_keys",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("alg", sa.String(), nullable=False),
        sa.Column("sealed_key", sa.String(), nullable=False),
        sa.Column("public_key", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("retired_at", _TIME, nullable=True),
    )


def downgrade() -> None:
    for table in ("signing_keys", "consents", "tokens", "grants", "requests", "applications"):
        op.drop_table(f"oauth_{table}")


def _reference(name: str, target: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True)
