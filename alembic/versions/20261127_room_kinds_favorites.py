"""The kind of a room in a column, and the rooms that a person has marked as favorites."""

import sqlalchemy as sa
from alembic import op

revision = "b6d20f8c41ae"
down_revision = "a41f6d2c98b7"
branch_labels = None
depends_on = None

_KINDS = """
    UPDATE rooms SET kind = CASE
        WHEN pair IS NOT NULL THEN 'direct'
        WHEN ai_rule = 'always' AND (SELECT count(*) FROM room_members WHERE room_id = rooms.id) = 1 THEN 'chat'
        WHEN ai_rule = 'mentioned' AND auto_named THEN 'group'
        ELSE 'room'
    END
"""


def upgrade() -> None:
    op.add_column("rooms", sa.Column("kind", sa.String(), server_default="room", nullable=False))
    op.execute(_KINDS)
    op.add_column("room_members", sa.Column("favorite", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("room_members", "favorite")
    op.drop_column("rooms", "kind")
