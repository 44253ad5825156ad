"""Seal the links of mail that waits."""

import sqlalchemy as sa
from alembic import op

revision = "e7a15c93d2f4"
down_revision = "c7d1a9e45b38"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("sealed_path", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("mails", "sealed_path")
