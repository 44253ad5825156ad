"""Add files of messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b84d0f6a217c"
down_revision = "71b6c04e9d2a"
branch_labels = None
depends_on = None

_FILES = "message_attachments"


def upgrade() -> None:
    op.add_column("messages", sa.Column("attachments", postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_table(
        _FILES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), sa.ForeignKey("rooms.id", ondelete="SET NULL"), nullable=True),
        sa.Column("uploader_id", sa.Uuid(), sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("messages.id", ondelete="SET NULL"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("declared_type", sa.String(), nullable=False),
        sa.Column("mime_type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("thumbnails", sa.Integer(), nullable=False),
        sa.Column("animated", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("upload_token", sa.String(), nullable=False),
        sa.Column("checking_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    sent, unsent = sa.text("message_id IS NOT NULL"), sa.text("message_id IS NULL")
    op.create_index("ix_message_attachments_message", _FILES, ["message_id"], postgresql_where=sent)
    in_order = ["room_id", "sent_at", "id"]
    op.create_index("ix_message_attachments_room", _FILES, in_order, postgresql_where=sa.text("sent_at IS NOT NULL"))
    op.create_index("ix_message_attachments_unsent", _FILES, ["created_at"], postgresql_where=unsent)
    op.create_index("ix_message_attachments_uploader", _FILES, ["uploader_id"], postgresql_include=["size"])
    op.create_table(
        "attachment_pages",
        sa.Column("attachment_id", sa.Uuid(), sa.ForeignKey(f"{_FILES}.id", ondelete="CASCADE"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", "n"),
    )


def downgrade() -> None:
    op.drop_table("attachment_pages")
    op.drop_table(_FILES)
    op.drop_column("messages", "attachments")
