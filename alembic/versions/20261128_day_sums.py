"""Add sums of what was used by day, and the tokens of each room."""

import sqlalchemy as sa
from alembic import op

revision = "c7d1a9e45b38"
down_revision = "d6f0b3a85c27"
branch_labels = None
depends_on = None

NUMBERS = ("times", "prompt_tokens", "completion_tokens", "cost", "charged")


def upgrade() -> None:
    op.create_table(
        "token_usage_days",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in NUMBERS),
        sa.PrimaryKeyConstraint("kind", "day", "key"),
    )
    op.add_column("rooms", sa.Column("ai_tokens", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE rooms SET ai_tokens = used.tokens FROM (SELECT room_id, "
        "sum(coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0)) AS tokens FROM ai_runs GROUP BY room_id"
        ") AS used WHERE rooms.id = used.room_id"
    )


def downgrade() -> None:
    op.drop_column("rooms", "ai_tokens")
    op.drop_table("token_usage_days")
