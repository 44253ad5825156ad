"""Deleted messages by place: those that somebody has not read do not count as unread."""

import sqlalchemy as sa
from alembic import op

revision = "d83f0a6c2b59"
down_revision = "a4c19e6d3b72"
branch_labels = None
depends_on = None

_DELETED = sa.text("deleted_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_messages_deleted", "messages", ["room_id", "seq"], unique=False, postgresql_where=_DELETED)


def downgrade() -> None:
    op.drop_index("ix_messages_deleted", table_name="messages", postgresql_where=_DELETED)
