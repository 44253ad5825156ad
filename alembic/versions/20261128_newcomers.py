"""Keep from which message on members see a room, and what newcomers to it see."""

import sqlalchemy as sa
from alembic import op

revision = "7c3e51b8d906"
down_revision = "d90a4c83e126"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("newcomers_after", sa.BigInteger(), nullable=True))
    op.add_column("room_members", sa.Column("sees_after", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("room_members", "sees_after")
    op.drop_column("rooms", "newcomers_after")
