"""Keep what is said in recordings, and the model that writes it down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d90a4c83e126"
down_revision = "c5e19b7d4f60"
branch_labels = None
depends_on = None

_FALSE = sa.text("false")


def upgrade() -> None:
    op.add_column("message_attachments", sa.Column("transcript", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("llm_models", sa.Column("transcribes", sa.Boolean(), server_default=_FALSE, nullable=False))
    only = sa.text("transcribes")
    op.create_index("ix_llm_models_transcribes", "llm_models", ["transcribes"], unique=True, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_llm_models_transcribes", "llm_models")
    op.drop_column("llm_models", "transcribes")
    op.drop_column("message_attachments", "transcript")
