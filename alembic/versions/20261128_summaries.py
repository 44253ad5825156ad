"""Summaries of older messages for models, and messages that are pinned for AI."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5e2b90c7d813"
down_revision = "9d27e5a80c13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("pinned_for_ai", sa.Boolean(), server_default="false", nullable=False))
    where = sa.text("pinned_for_ai")
    op.create_index("ix_messages_pinned_for_ai", "messages", ["room_id", "seq"], postgresql_where=where)
    op.add_column("rooms", sa.Column("ai_summary_seq", sa.BigInteger(), nullable=True))
    op.add_column("ai_runs", sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table(
        "message_context_summaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("from_seq", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_seq", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("room_rev", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("room_id"),
    )


def downgrade() -> None:
    op.drop_table("message_context_summaries")
    op.drop_column("ai_runs", "summary")
    op.drop_column("rooms", "ai_summary_seq")
    op.drop_index("ix_messages_pinned_for_ai", "messages")
    op.drop_column("messages", "pinned_for_ai")
