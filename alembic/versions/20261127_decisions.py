"""Decisions of the AI whether it joins in, and the model that is asked."""

import sqlalchemy as sa
from alembic import op

revision = "b3d80f6a21c7"
down_revision = "b1f60d7a92ce"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ai_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("emoji", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    waiting, opened = sa.text("status = 'waiting'"), sa.text("status IN ('waiting', 'deciding')")
    op.create_index("ix_ai_decisions_waiting", "ai_decisions", ["room_id"], unique=True, postgresql_where=waiting)
    op.create_index("ix_ai_decisions_open", "ai_decisions", ["due_at"], postgresql_where=opened)
    op.create_index("ix_ai_decisions_newest", "ai_decisions", ["room_id", "decided_at", "id"])
    op.create_index("ix_ai_decisions_decided_at", "ai_decisions", ["decided_at"])
    op.create_index("ix_ai_decisions_message_id", "ai_decisions", ["message_id"])
    op.add_column("ai_runs", sa.Column("unasked", sa.Boolean(), server_default="false", nullable=False))
    decides = sa.Column("decides", sa.Boolean(), server_default="false", nullable=False)
    op.add_column("llm_models", decides)
    only = sa.text("decides")
    op.create_index("ix_llm_models_decides", "llm_models", ["decides"], unique=True, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_llm_models_decides", "llm_models")
    op.drop_column("llm_models", "decides")
    op.drop_column("ai_runs", "unasked")
    op.drop_table("ai_decisions")
