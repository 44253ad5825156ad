"""Asides: what a person asks the AI about a room, without the others there."""

import sqlalchemy as sa
from alembic import op

revision = "b1f60d7a92ce"
down_revision = "e27b9d04c6f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("rooms_parent_id_fkey", "rooms", "rooms", ["parent_id"], ["id"], ondelete="CASCADE")
    op.create_index(
        "ix_rooms_asides",
        "rooms",
        ["parent_id", "created_by"],
        unique=True,
        postgresql_where=sa.text("parent_id IS NOT NULL AND deleted_at IS NULL"),
    )
    op.add_column("room_members", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "room_members_parent_id_user_id_fkey",
        "room_members",
        "room_members",
        ["parent_id", "user_id"],
        ["room_id", "user_id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_room_members_parent",
        "room_members",
        ["parent_id", "user_id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM rooms WHERE kind = 'aside'")
    op.drop_index("ix_room_members_parent", table_name="room_members")
    op.drop_constraint("room_members_parent_id_user_id_fkey", "room_members", type_="foreignkey")
    op.drop_column("room_members", "parent_id")
    op.drop_index("ix_rooms_asides", table_name="rooms")
    op.drop_constraint("rooms_parent_id_fkey", "rooms", type_="foreignkey")
    op.drop_column("rooms", "parent_id")
