"""How far the indexes of search are. The server indexes anew what is older than its own version, after it has started."""

import sqlalchemy as sa
from alembic import op

revision = "d7f2a91c04e6"
down_revision = "d83f0a6c2b59"
branch_labels = None
depends_on = None


def upgrade() -> None:
    indexes = op.create_table(
        "search_indexes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.bulk_insert(indexes, [{"name": name, "version": 0, "done": False} for name in ("messages", "people")])


def downgrade() -> None:
    op.drop_table("search_indexes")
