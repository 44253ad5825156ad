"""Lines about a room among its messages; those that somebody has not read do not count as unread."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c93e5a17d0b4"
down_revision = "c18f5a7e20d4"
branch_labels = None
depends_on = None

_DELETED = sa.text("deleted_at IS NOT NULL")
_UNCOUNTED = sa.text("deleted_at IS NOT NULL OR event IS NOT NULL")


def upgrade() -> None:
    op.add_column("messages", sa.Column("event", postgresql.JSONB(), nullable=True))
    op.create_index("ix_messages_uncounted", "messages", ["room_id", "seq"], unique=False, postgresql_where=_UNCOUNTED)
    op.drop_index("ix_messages_deleted", table_name="messages", postgresql_where=_DELETED)


def downgrade() -> None:
    op.execute("DELETE FROM messages WHERE event IS NOT NULL")
    op.create_index("ix_messages_deleted", "messages", ["room_id", "seq"], unique=False, postgresql_where=_DELETED)
    op.drop_index("ix_messages_uncounted", table_name="messages", postgresql_where=_UNCOUNTED)
    op.drop_column("messages", "event")
