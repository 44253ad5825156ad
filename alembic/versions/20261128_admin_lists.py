"""Index what the lists of the site's staff sort and add up by."""

import sqlalchemy as sa
from alembic import op

revision = "b7f3a9c1d2e4"
down_revision = "e7d21f60b9a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_ai_runs_room", "ai_runs", ["room_id"], postgresql_include=["prompt_tokens", "completion_tokens", "cost"]
    )
    op.create_index(
        "ix_message_attachments_space", "message_attachments", ["room_id"], postgresql_include=["size", "status"]
    )
    op.create_index(
        "ix_message_attachments_refused",
        "message_attachments",
        ["created_at"],
        postgresql_where=sa.text("status = 'refused'"),
    )
    op.create_index(
        "ix_message_attachments_size", "message_attachments", ["size"], postgresql_where=sa.text("status = 'ready'")
    )
    op.create_index("ix_token_usage_time", "token_usage", ["created_at"])
    op.create_index("ix_groups_newest", "groups", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_groups_newest", "groups")
    op.drop_index("ix_token_usage_time", "token_usage")
    op.drop_index("ix_message_attachments_size", "message_attachments")
    op.drop_index("ix_message_attachments_refused", "message_attachments")
    op.drop_index("ix_message_attachments_space", "message_attachments")
    op.drop_index("ix_ai_runs_room", "ai_runs")
