"""The reasoning before an answer, what its tokens were, and runs that go on with an answer."""

import sqlalchemy as sa
from alembic import op

revision = "3f7c1e90d5b2"
down_revision = "e5b72c9d1f38"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("reasoning", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("reasoning_seconds", sa.Integer(), nullable=True))
    op.add_column("ai_runs", sa.Column("reasoning_tokens", sa.Integer(), nullable=True))
    op.add_column("ai_runs", sa.Column("cached_tokens", sa.Integer(), nullable=True))
    op.add_column("ai_runs", sa.Column("continues", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    for column in ("continues", "cached_tokens", "reasoning_tokens"):
        op.drop_column("ai_runs", column)
    for column in ("reasoning_seconds", "reasoning"):
        op.drop_column("messages", column)
