"""The price of answers."""

import sqlalchemy as sa
from alembic import op

revision = "c4f19b7e02d8"
down_revision = "7c3e51b8d906"
branch_labels = None
depends_on = None

TABLES = ("ai_runs", "messages", "message_branches")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("cost", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "cost")
