"""People's favorite models, and the abilities that admins say a model has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "71b6c04e9d2a"
down_revision = "c3f5a81d60b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    favorites = sa.Column("favorite_models", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    op.add_column("users", favorites)
    op.add_column("llm_models", sa.Column("abilities", postgresql.ARRAY(sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column("llm_models", "abilities")
    op.drop_column("users", "favorite_models")
