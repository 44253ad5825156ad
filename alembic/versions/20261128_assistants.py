"""Assistants, and the answers, runs and rooms that are theirs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c3f5a81d60b4"
down_revision = "5e2b90c7d813"
branch_labels = None
depends_on = None

_TEXTS = ("messages", "message_branches")


def upgrade() -> None:
    op.create_table(
        "assistants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("tools", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("picture", sa.Integer(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    shared = {"unique": True, "postgresql_where": sa.text("shared")}
    op.create_index("ix_assistants_owner_handle", "assistants", ["owner_id", "handle"], unique=True)
    op.create_index("ix_assistants_shared_handle", "assistants", ["handle"], **shared)
    op.create_table(
        "assistant_pictures",
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["assistant_id"], ["assistants.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("assistant_id"),
    )
    for table in (*_TEXTS, "ai_runs"):
        _add_assistant(table, "assistant_id")
        where = sa.text("assistant_id IS NOT NULL")
        op.create_index(f"ix_{table}_assistant", table, ["assistant_id"], postgresql_where=where)
    for table in _TEXTS:
        op.add_column(table, sa.Column("assistant_name", sa.String(), nullable=True))
        op.add_column(table, sa.Column("assistant_picture", sa.Integer(), nullable=True))
    _add_assistant("rooms", "ai_assistant_id")
    op.create_index("ix_rooms_ai_assistant_id", "rooms", ["ai_assistant_id"])
    op.add_column("rooms", sa.Column("ai_assistant_name", sa.String(), nullable=True))


def _add_assistant(table: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.Uuid(), nullable=True))
    op.create_foreign_key(f"{table}_{name}_fkey", table, "assistants", [name], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    for column in ("ai_assistant_name", "ai_assistant_id"):
        op.drop_column("rooms", column)
    for table in _TEXTS:
        op.drop_column(table, "assistant_picture")
        op.drop_column(table, "assistant_name")
    for table in (*_TEXTS, "ai_runs"):
        op.drop_column(table, "assistant_id")
    op.drop_table("assistant_pictures")
    op.drop_table("assistants")
