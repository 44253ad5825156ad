"""Balances of token credits, their ledger, and who pays in a room."""

import sqlalchemy as sa
from alembic import op

revision = "b7e2f90c41d8"
down_revision = "5d2e8f71c3a9"
branch_labels = None
depends_on = None

_ZERO = sa.text("0")


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _amount(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), server_default=_ZERO, nullable=False)


def upgrade() -> None:
    op.add_column("rooms", sa.Column("payer", sa.String(), server_default="owner", nullable=False))
    op.create_table(
        "token_balances",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _amount("available"),
        _amount("reserved"),
        _amount("credit_limit"),
        _time("next_expiry_at", nullable=True),
        sa.CheckConstraint("reserved >= 0", name="ck_token_balances_reserved"),
        sa.CheckConstraint("credit_limit >= 0 AND available + credit_limit >= 0", name="ck_token_balances_available"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id"),
    )
    expiring = sa.text("next_expiry_at IS NOT NULL")
    op.create_index("ix_token_balances_expiring", "token_balances", ["next_expiry_at"], postgresql_where=expiring)
    _create_ledger()
    op.create_table(
        "token_reservations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        _time("until"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject"),
    )
    for name, column in (("user_id", "user_id"), ("room_id", "room_id"), ("until", "until")):
        op.create_index(f"ix_token_reservations_{name}", "token_reservations", [column])
    _create_usage()


def _create_ledger() -> None:
    op.create_table(
        "token_transactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "source", "target")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        _amount("missing"),
        sa.Column("reference", sa.String(), nullable=False),
        _time("expires_at", nullable=True),
        _time("created_at"),
        sa.CheckConstraint("amount >= 0 AND missing >= 0 AND source <> target", name="ck_token_transactions_amount"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_token_transactions_reference", "token_transactions", ["kind", "reference"], unique=True)
    listed = sa.text("kind NOT IN ('reserve', 'release')")
    op.create_index("ix_token_transactions_listed", "token_transactions", ["user_id", "id"], postgresql_where=listed)
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER token_transactions_append_only BEFORE UPDATE ON token_transactions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _create_usage() -> None:
    op.create_table(
        "token_usage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("payer_id", sa.Uuid(), nullable=True),
        sa.Column("asker_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        _amount("charged"),
        _amount("missing"),
        _time("created_at"),
        sa.ForeignKeyConstraint(["payer_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["asker_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in ("payer", "asker", "room"):
        op.create_index(f"ix_token_usage_{name}", "token_usage", [f"{name}_id", "created_at"])


def downgrade() -> None:
    for table in ("token_usage", "token_reservations", "token_transactions", "token_balances"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change")
    op.drop_column("rooms", "payer")
