"""Keep how long rooms keep their messages."""

import sqlalchemy as sa
from alembic import op

revision = "d6f0b3a85c27"
down_revision = "c1a7e94d30b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("keeps_days", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("rooms", "keeps_days")
