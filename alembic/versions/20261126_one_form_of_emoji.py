"""Reactions that differ only in their selectors are one."""

import json

import sqlalchemy as sa
from alembic import op

from chat_app.core.messages.marks.commands import in_one_form

revision = "e81b3d5a7c20"
down_revision = "d7f2a91c04e6"
branch_labels = None
depends_on = None

_GIVEN = sa.text("SELECT id, reactions FROM messages WHERE reactions IS NOT NULL")
_SET = sa.text("UPDATE messages SET reactions = CAST(:reactions AS jsonb) WHERE id = :id")


def upgrade() -> None:
    connection = op.get_bind()
    for message_id, reactions in connection.execute(_GIVEN).all():
        if (merged := in_one_form(reactions)) != reactions:
            connection.execute(_SET, {"id": message_id, "reactions": json.dumps(merged)})


def downgrade() -> None:
    """Nothing is lost by one form."""
