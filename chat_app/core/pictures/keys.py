"""The keys of pictures in the storage."""

from typing import Final
from uuid import UUID

MIME_TYPE: Final = "image/webp"
BRAND_TYPE: Final = "image/png"


def picture_key(picture_id: UUID) -> str:
    """Return the key of a picture. Pictures of the brand have the same form of key, though they are PNG."""
    return f"{picture_id}/picture.webp"
