"""The words by which messages are found, and the index of them. Messages that are there already are read once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chat_app.core.messages.texts.words import author_word, tag, words_of

revision = "5b0c1f7a90d3"
down_revision = "c2a4417e90fd"
branch_labels = None
depends_on = None

_BATCH = 2000  # messages that are read at once
_SAID = sa.text(
    """
    SELECT id, room_id, seq, text, author_id, is_ai FROM messages
    WHERE id > :after AND deleted_at IS NULL AND text <> '' AND status NOT IN ('queued', 'streaming')
    ORDER BY id LIMIT :batch
    """
)
_INDEX = sa.text(
    """
    INSERT INTO message_words (message_id, words)
    SELECT id, array_to_tsvector(string_to_array(words, ' ')) FROM unnest(CAST(:ids AS uuid[]), CAST(:words AS text[])) AS new (id, words)
    """
)


def upgrade() -> None:
    op.create_table(
        "message_words",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id"),
    )
    _index_what_was_said(op.get_bind())
    op.create_index(
        "ix_message_words",
        "message_words",
        ["words"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def _index_what_was_said(connection: sa.Connection) -> None:
    after = "00000000-0000-0000-0000-000000000000"
    while said := connection.execute(_SAID, {"after": after, "batch": _BATCH}).all():
        words = [_words(message) for message in said]
        connection.execute(_INDEX, {"ids": [message.id for message in said], "words": words})
        after = said[-1].id


def _words(message: sa.Row) -> str:
    block = tag(message.room_id, message.seq)
    found = [*words_of(message.text), author_word(None if message.is_ai else message.author_id)]
    return " ".join(block + word for word in found)


def downgrade() -> None:
    op.drop_index("ix_message_words", table_name="message_words", postgresql_using="gin")
    op.drop_table("message_words")
