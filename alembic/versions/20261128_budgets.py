"""Keep budgets of months and the alerts that were sent of them; reservations may be of budgets alone."""

import sqlalchemy as sa
from alembic import op

revision = "b8e40d7a31f6"
down_revision = "a8f3d05c71e2"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _owner(name: str, table: str) -> sa.Column[sa.Uuid]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=True)


def upgrade() -> None:
    op.create_table(
        "token_budgets",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("scope", sa.String(), nullable=False),
        _owner("user_id", "users"),
        _owner("room_id", "rooms"),
        _owner("group_id", "groups"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("alerts", sa.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("amount > 0 AND spent >= 0 AND reserved >= 0", name="ck_token_budgets_amount"),
    )
    subject = ["scope", "user_id", "room_id", "group_id"]
    nulls = {"postgresql_nulls_not_distinct": True}
    op.create_index("ix_token_budgets_subject", "token_budgets", subject, unique=True, **nulls)
    for column in subject[1:]:
        op.create_index(f"ix_token_budgets_{column}", "token_budgets", [column])
    op.create_table(
        "token_budget_alerts",
        sa.Column("budget_id", sa.Uuid(), sa.ForeignKey("token_budgets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("month", sa.Date(), primary_key=True),
        sa.Column("percent", sa.SmallInteger(), primary_key=True),
        sa.Column("sent_at", _TIME, nullable=False),
    )
    op.alter_column("token_reservations", "user_id", nullable=True)
    op.add_column("token_reservations", sa.Column("budgets", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM token_reservations WHERE user_id IS NULL")
    op.drop_column("token_reservations", "budgets")
    op.alter_column("token_reservations", "user_id", nullable=False)
    op.drop_table("token_budget_alerts")
    op.drop_table("token_budgets")
