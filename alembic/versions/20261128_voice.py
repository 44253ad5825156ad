"""Keep how loud recordings are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c5e19b7d4f60"
down_revision = "d1a7e04b62c9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message_attachments", sa.Column("peaks", postgresql.JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("message_attachments", "peaks")
