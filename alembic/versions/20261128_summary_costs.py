"""Keep the costs of summaries apart from them, since they are replaced and deleted."""

import sqlalchemy as sa
from alembic import op

revision = "f3c81d5a9e27"
down_revision = "c4f19b7e02d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ai_summary_costs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ai_summary_costs_room_id", "ai_summary_costs", ["room_id"])
    op.execute(
        "INSERT INTO ai_summary_costs (id, room_id, model, prompt_tokens, completion_tokens, cost, made_at)"
        " SELECT id, room_id, model, prompt_tokens, completion_tokens, cost, made_at FROM message_context_summaries"
    )
    for name in ("prompt_tokens", "completion_tokens", "cost"):
        op.drop_column("message_context_summaries", name)


def downgrade() -> None:
    for name in ("prompt_tokens", "completion_tokens"):
        op.add_column("message_context_summaries", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        op.alter_column("message_context_summaries", name, server_default=None)
    op.add_column("message_context_summaries", sa.Column("cost", sa.Integer(), nullable=True))
    op.drop_table("ai_summary_costs")
