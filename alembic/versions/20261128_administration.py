"""Index what the site's figures and its log are read by."""

from alembic import op

revision = "d2b6f09c5e18"
down_revision = "e4b7d2903c15"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_log_actor", "audit_log", ["actor_id", "at"])
    op.create_index("ix_audit_log_person", "audit_log", ["user_id", "at"])
    op.create_index("ix_audit_log_action", "audit_log", ["action", "at"])
    op.create_index("ix_messages_time", "messages", ["created_at"], postgresql_using="brin")
    op.create_index("ix_ai_runs_time", "ai_runs", ["created_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_ai_runs_time", "ai_runs")
    op.drop_index("ix_messages_time", "messages")
    op.drop_index("ix_audit_log_action", "audit_log")
    op.drop_index("ix_audit_log_person", "audit_log")
    op.drop_index("ix_audit_log_actor", "audit_log")
