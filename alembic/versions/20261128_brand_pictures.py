"""Keep pictures of the site's brand."""

import sqlalchemy as sa
from alembic import op

revision = "c1a7e94d30b6"
down_revision = "b4d8e2f7a610"
branch_labels = None
depends_on = None

_NOBODYS = "user_id IS NULL AND assistant_id IS NULL"


def upgrade() -> None:
    op.add_column("pictures", sa.Column("brand", sa.String(), nullable=True))
    op.create_index("ix_pictures_brand", "pictures", ["brand"], unique=True)
    op.drop_index("ix_pictures_left", "pictures")
    left = sa.text(f"{_NOBODYS} AND brand IS NULL")
    op.create_index("ix_pictures_left", "pictures", ["id"], postgresql_where=left)


def downgrade() -> None:
    op.execute("DELETE FROM site_settings WHERE name IN ('brand_logo', 'brand_logo_dark', 'brand_icon')")
    op.drop_index("ix_pictures_left", "pictures")
    op.drop_index("ix_pictures_brand", "pictures")
    op.drop_column("pictures", "brand")
    op.create_index("ix_pictures_left", "pictures", ["id"], postgresql_where=sa.text(_NOBODYS))
