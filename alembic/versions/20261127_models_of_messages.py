"""Models that messages name, fall-back models, and the parameters of a room's answers."""

import sqlalchemy as sa
from alembic import op

revision = "8c41d7f2a9e3"
down_revision = "e27b9d04c6f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ai_runs", sa.Column("named", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("ai_runs", "named")
