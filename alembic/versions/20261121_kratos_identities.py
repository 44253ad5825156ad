"""Who people are at the service that keeps their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "a4c19e6d3b72"
down_revision = "8e2d4b7f6a15"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("kratos_identity_id", sa.String(), nullable=True))
    op.create_unique_constraint("users_kratos_identity_id_key", "users", ["kratos_identity_id"])


def downgrade() -> None:
    op.drop_column("users", "kratos_identity_id")
