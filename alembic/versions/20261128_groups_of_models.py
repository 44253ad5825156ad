"""Groups whose people may choose a model that is otherwise for admins only; connections with a limit of answers."""

import sqlalchemy as sa
from alembic import op

revision = "4d7e1b92c8f5"
down_revision = "8c41d7f2a9e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "llm_model_groups",
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["llm_models.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "group_id"),
    )
    op.create_index("ix_llm_model_groups_group_id", "llm_model_groups", ["group_id"])
    op.add_column("llm_connections", sa.Column("at_once", sa.Integer(), nullable=True))
    op.add_column("ai_runs", sa.Column("before", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("ai_runs", "before")
    op.drop_column("llm_connections", "at_once")
    op.drop_table("llm_model_groups")
