"""When a person's first steps were made or dismissed, and who has asked for answers. Whoever has an account needs none."""

import sqlalchemy as sa
from alembic import op

revision = "c9e14a7d20f3"
down_revision = "c93e5a17d0b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A default that is dropped again fills the column without writing each row.
    column = sa.Column("steps_hidden_at", sa.DateTime(timezone=True), nullable=True, server_default=sa.func.now())
    op.add_column("users", column)
    op.alter_column("users", "steps_hidden_at", server_default=None)
    op.create_index("ix_ai_runs_asked_by_id", "ai_runs", ["asked_by_id"])


def downgrade() -> None:
    op.drop_index("ix_ai_runs_asked_by_id", "ai_runs")
    op.drop_column("users", "steps_hidden_at")
