"""Answers whose question was edited afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "c18f5a7e20d4"
down_revision = "b6d20f8c41ae"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("outdated", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("messages", "outdated")
