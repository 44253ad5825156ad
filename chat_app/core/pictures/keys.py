"""The keys of pictures in the storage."""

from typing import Final
from uuid import UUID

MIME_TYPE: Final = "image/webp"


def picture_key(picture_id: UUID) -> str:
    """Return the key of a picture."""
    return f"{picture_id}/picture.webp"
