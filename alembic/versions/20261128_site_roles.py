"""Give people roles in running the site, and the log what was changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c3f8e51b7a04"
down_revision = "a17d4c90e6b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    roles = sa.Column("site_roles", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    op.add_column("users", roles)
    op.execute("UPDATE users SET site_roles = '{admin}' WHERE is_admin")
    op.drop_column("users", "is_admin")
    op.add_column("audit_log", sa.Column("room_id", sa.Uuid(), nullable=True))
    details = sa.Column("details", postgresql.JSONB(), server_default="{}", nullable=False)
    op.add_column("audit_log", details)


def downgrade() -> None:
    op.drop_column("audit_log", "details")
    op.drop_column("audit_log", "room_id")
    op.add_column("users", sa.Column("is_admin", sa.Boolean(), server_default="false", nullable=False))
    op.execute("UPDATE users SET is_admin = true WHERE 'admin' = ANY(site_roles)")
    op.alter_column("users", "is_admin", server_default=None)
    op.drop_column("users", "site_roles")
