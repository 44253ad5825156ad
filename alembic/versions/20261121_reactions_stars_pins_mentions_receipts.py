"""Reactions, stars, pins, mentions and receipts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3c51b7a2e9d4"
down_revision = "7c3e5a90b1f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("reactions", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("messages", sa.Column("mentions", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.add_column("messages", sa.Column("mentions_all", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_messages_mentioning", "messages", ["room_id", "seq"], postgresql_where=sa.text("mentions IS NOT NULL")
    )
    op.create_index(
        "ix_messages_pinned", "messages", ["room_id", "pinned_at"], postgresql_where=sa.text("pinned_at IS NOT NULL")
    )
    op.create_table(
        "stars",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "message_id"),
    )
    op.create_index("ix_stars_newest", "stars", ["user_id", "created_at"])
    op.create_index(op.f("ix_stars_message_id"), "stars", ["message_id"])
    op.add_column("room_members", sa.Column("last_delivered_seq", sa.Integer(), server_default="0", nullable=False))
    op.add_column("users", sa.Column("receipts", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "receipts")
    op.drop_column("room_members", "last_delivered_seq")
    op.drop_table("stars")
    op.drop_index("ix_messages_pinned", table_name="messages")
    op.drop_index("ix_messages_mentioning", table_name="messages")
    op.drop_column("messages", "mentions_all")
    op.drop_column("messages", "mentions")
    op.drop_column("messages", "reactions")
    op.drop_column("messages", "pinned_at")
