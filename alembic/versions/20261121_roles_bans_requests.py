"""What a room decides about AI, its pace and its door; bans and requests to join; one master for each room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3f1c7a52e0b8"
down_revision = "5b1d0c7a9e31"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("ai_rights", postgresql.JSONB(), server_default="{}", nullable=False))
    op.add_column("rooms", sa.Column("slow_seconds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("rooms", sa.Column("join_approval", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("room_members", sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_room_members_master",
        "room_members",
        ["room_id"],
        unique=True,
        postgresql_where=sa.text("role = 'master'"),
    )
    op.create_table(
        "room_bans",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("banned_by", sa.Uuid(), nullable=True),
        sa.Column("banned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["banned_by"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room_id", "user_id"),
    )
    op.create_index(op.f("ix_room_bans_user_id"), "room_bans", ["user_id"], unique=False)
    op.create_table(
        "join_requests",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room_id", "user_id"),
    )
    op.create_index(op.f("ix_join_requests_user_id"), "join_requests", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("join_requests")
    op.drop_table("room_bans")
    op.drop_index("ix_room_members_master", table_name="room_members")
    op.drop_column("room_members", "last_sent_at")
    op.drop_column("rooms", "join_approval")
    op.drop_column("rooms", "slow_seconds")
    op.drop_column("rooms", "ai_rights")
