"""Pictures that models draw: what is asked of one, its branches, and what it took."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d1a7e04b62c9"
down_revision = "c61e8f2d9a04"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("messages", "drawing"),
    ("message_branches", "drawing"),
    ("message_branches", "attachments"),
    ("ai_runs", "drawings"),
)


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
