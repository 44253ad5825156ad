"""Keep requests for help, who helps in a room, and how soon answers began."""

import sqlalchemy as sa
from alembic import op

revision = "e7d21f60b9a3"
down_revision = "d2b6f09c5e18"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("room_id", sa.Uuid(), sa.ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
        sa.Column("taken_at", _TIME, nullable=True),
        sa.Column("seen_at", _TIME, nullable=True),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_help_requests_open",
        "help_requests",
        ["room_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_help_requests_room", "help_requests", ["room_id", "asked_at"])
    op.create_index("ix_help_requests_asked_by_id", "help_requests", ["asked_by_id"])
    op.create_index("ix_help_requests_taken_by_id", "help_requests", ["taken_by_id"])
    op.add_column("rooms", sa.Column("help_state", sa.String(), server_default="none", nullable=False))
    helper = sa.Column("help_by_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True)
    op.add_column("rooms", helper)
    op.add_column("rooms", sa.Column("assisted", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("ai_runs", sa.Column("first_ms", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("ai_runs", "first_ms")
    op.drop_column("rooms", "assisted")
    op.drop_column("rooms", "help_by_id")
    op.drop_column("rooms", "help_state")
    op.drop_table("help_requests")
