"""Add hidden messages, a room's cutoff and instructions, and the context of each answer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d41c7b90e6a2"
down_revision = "c9e14a7d20f3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("exclude_from_ai", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("rooms", sa.Column("ai_context_cutoff_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rooms", sa.Column("ai_instructions", sa.Text(), server_default="", nullable=False))
    op.add_column("ai_runs", sa.Column("kept", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.add_column("ai_runs", sa.Column("left_out", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    for table, column in (
        ("ai_runs", "left_out"),
        ("ai_runs", "kept"),
        ("rooms", "ai_instructions"),
        ("rooms", "ai_context_cutoff_at"),
        ("messages", "exclude_from_ai"),
    ):
        op.drop_column(table, column)
