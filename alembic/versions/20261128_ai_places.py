"""Places at limited connections that are taken by what is no answer."""

import sqlalchemy as sa
from alembic import op

revision = "a2d47f1c9b35"
down_revision = "b84d0f6a217c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ai_places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("ai_places")
