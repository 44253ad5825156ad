"""Keep what became of alerts to support."""

import sqlalchemy as sa
from alembic import op

revision = "e51c9a07d2b4"
down_revision = "d30b7e58a1c6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_attempts_at", "alert_attempts", ["at"])


def downgrade() -> None:
    op.drop_table("alert_attempts")
