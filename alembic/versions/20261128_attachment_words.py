"""Add the words of files, for the search, and whether a file is hidden from models."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c61e8f2d9a04"
down_revision = "a2d47f1c9b35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    hidden = sa.Column("exclude_from_ai", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("message_attachments", hidden)
    op.alter_column("message_attachments", "exclude_from_ai", server_default=None)
    of_file = sa.ForeignKey("message_attachments.id", ondelete="CASCADE")
    op.create_table(
        "attachment_words",
        sa.Column("attachment_id", sa.Uuid(), of_file, nullable=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("attachment_id"),
    )
    in_order = {"postgresql_using": "gin", "postgresql_with": {"fastupdate": "off"}}
    op.create_index("ix_attachment_words", "attachment_words", ["words"], **in_order)
    op.create_index("ix_attachment_words_message_id", "attachment_words", ["message_id"])
    # Files that were sent before are indexed after the start.
    op.execute("INSERT INTO search_indexes (name, version, done) VALUES ('pages', 0, false)")


def downgrade() -> None:
    op.execute("DELETE FROM search_indexes WHERE name = 'pages'")
    op.drop_table("attachment_words")
    op.drop_column("message_attachments", "exclude_from_ai")
