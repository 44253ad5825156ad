"""Keep the last error of each job."""

import sqlalchemy as sa
from alembic import op

revision = "d30b7e58a1c6"
down_revision = "b6d92f4c07e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "procrastinate_errors",
        sa.Column("job_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["procrastinate_jobs.id"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("procrastinate_errors")
