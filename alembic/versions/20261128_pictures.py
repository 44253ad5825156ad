"""Keep pictures of people and assistants where files are kept: here they wait for the job that moves them."""

import sqlalchemy as sa
from alembic import op

revision = "a17d4c90e6b2"
down_revision = "f3c81d5a9e27"
branch_labels = None
depends_on = None

_OWNERS = (("avatars", "user_id", "users", "avatar"), ("assistant_pictures", "assistant_id", "assistants", "picture"))


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("assistant_id", sa.Uuid(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["assistant_id"], ["assistants.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, owner, of, version in _OWNERS:
        # One without a version was removed: it stood there until the next one.
        shown = f"FROM {table} JOIN {of} ON {of}.id = {owner} WHERE {version} IS NOT NULL"
        op.execute(f"INSERT INTO pictures (id, {owner}, image) SELECT gen_random_uuid(), {owner}, image {shown}")
        op.drop_table(table)
    op.create_index("ix_pictures_user", "pictures", ["user_id"], unique=True)
    op.create_index("ix_pictures_assistant", "pictures", ["assistant_id"], unique=True)
    nobodys = sa.text("user_id IS NULL AND assistant_id IS NULL")
    op.create_index("ix_pictures_left", "pictures", ["id"], postgresql_where=nobodys)
    op.create_index("ix_pictures_unmoved", "pictures", ["id"], postgresql_where=sa.text("image IS NOT NULL"))


def downgrade() -> None:
    moved = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM pictures WHERE image IS NULL AND coalesce(user_id, assistant_id) IS NOT NULL")
    )
    if moved:
        raise RuntimeError(
            f"{moved} pictures are in the storage of files: stop the site, and run `python -m chat_app pictures_back`"
        )
    for table, owner, of, _ in _OWNERS:
        op.create_table(
            table,
            sa.Column(owner, sa.Uuid(), nullable=False),
            sa.Column("image", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint([owner], [f"{of}.id"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(owner),
        )
        kept = f"FROM pictures WHERE {owner} IS NOT NULL"
        op.execute(f"INSERT INTO {table} ({owner}, image) SELECT {owner}, image {kept}")
    op.drop_table("pictures")
