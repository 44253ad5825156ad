"""The model that reads answers aloud, and what that costs."""

import sqlalchemy as sa
from alembic import op

revision = "5d2e8f71c3a9"
down_revision = "c3f8e51b7a04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("llm_models", sa.Column("speaks", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("llm_models", sa.Column("voice", sa.String(), server_default="", nullable=False))
    op.create_index("ix_llm_models_speaks", "llm_models", ["speaks"], unique=True, postgresql_where=sa.text("speaks"))
    op.create_table(
        "ai_speech_costs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_ai_speech_costs_room_id"), "ai_speech_costs", ["room_id"])


def downgrade() -> None:
    op.drop_table("ai_speech_costs")
    op.drop_index("ix_llm_models_speaks", table_name="llm_models")
    op.drop_column("llm_models", "voice")
    op.drop_column("llm_models", "speaks")
