"""Saved prompts."""

import sqlalchemy as sa
from alembic import op

revision = "e5b72c9d1f38"
down_revision = "e5a20c7f41b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prompts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_prompts_owner_name", "prompts", ["owner_id", "name"], unique=True)
    op.create_index("ix_prompts_shared", "prompts", ["name"], unique=False, postgresql_where=sa.text("shared"))


def downgrade() -> None:
    op.drop_table("prompts")
