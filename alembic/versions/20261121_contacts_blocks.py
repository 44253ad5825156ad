"""Contacts, blocks, direct chats, presence, and what a search for people looks at."""

import sqlalchemy as sa
from alembic import op

from chat_app.core.accounts.rules import sought

revision = "c1a7e0b4d210"
down_revision = "5b0c1f7a90d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("sought", sa.String(), nullable=False, server_default=""))
    op.add_column("users", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("shows_presence", sa.Boolean(), nullable=False, server_default=sa.true()))
    _fill_sought()
    op.add_column("rooms", sa.Column("pair", sa.String(), nullable=True))
    op.create_unique_constraint("rooms_pair_key", "rooms", ["pair"])
    op.add_column("rooms", sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "presences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id"),
    )
    for table, one, other in (("contacts", "user_id", "contact_id"), ("blocks", "blocker_id", "blocked_id")):
        op.create_table(
            table,
            sa.Column(one, sa.Uuid(), nullable=False),
            sa.Column(other, sa.Uuid(), nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint([one], ["users.id"], ondelete="CASCADE"),
            sa.ForeignKeyConstraint([other], ["users.id"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(one, other),
        )
        op.create_index(op.f(f"ix_{table}_{other}"), table, [other], unique=False)


def _fill_sought() -> None:
    connection = op.get_bind()
    users = connection.execute(sa.text("SELECT id, username, name FROM users")).all()
    if users:
        rows = [{"user": user.id, "sought": sought(user.username, user.name)} for user in users]
        connection.execute(sa.text("UPDATE users SET sought = :sought WHERE id = :user"), rows)


def downgrade() -> None:
    op.drop_table("blocks")
    op.drop_table("contacts")
    op.drop_table("presences")
    op.drop_column("rooms", "closed")
    op.drop_column("rooms", "pair")
    op.drop_column("users", "shows_presence")
    op.drop_column("users", "deleted_at")
    op.drop_column("users", "sought")
