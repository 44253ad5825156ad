"""Models that messages name, fall-back models, and the parameters of a room's answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "8c41d7f2a9e3"
down_revision = "b3d80f6a21c7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ai_runs", sa.Column("named", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("ai_runs", sa.Column("instead_of", sa.String(), nullable=True))
    op.add_column("ai_runs", sa.Column("instead_error", sa.String(), nullable=True))
    op.add_column("messages", sa.Column("instead_of", sa.String(), nullable=True))
    op.add_column("message_branches", sa.Column("instead_of", sa.String(), nullable=True))
    op.add_column("rooms", sa.Column("ai_fallback_model", sa.String(), nullable=True))
    parameters = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("rooms", sa.Column("ai_parameters", parameters, server_default="{}", nullable=False))


def downgrade() -> None:
    for column in ("ai_parameters", "ai_fallback_model"):
        op.drop_column("rooms", column)
    for table in ("message_branches", "messages"):
        op.drop_column(table, "instead_of")
    for column in ("instead_error", "instead_of", "named"):
        op.drop_column("ai_runs", column)
