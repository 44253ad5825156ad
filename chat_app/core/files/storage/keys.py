"""The keys of a file's objects in the storage."""

from uuid import UUID

from chat_app.core.files.storage.ports import THUMBNAILS


def upload_key(attachment_id: UUID) -> str:
    """Return the key of the uploaded object, which is never served."""
    return f"{attachment_id}/upload"


def file_key(attachment_id: UUID) -> str:
    """Return the key of the file after its examination."""
    return f"{attachment_id}/file"


def thumbnail_key(attachment_id: UUID, number: int) -> str:
    """Return the key of a thumbnail: 1 for plain screens, 2 for dense ones."""
    return f"{attachment_id}/{THUMBNAILS[number - 1]}"


def all_keys(attachment_id: UUID) -> tuple[str, ...]:
    """Return every key under which the file may have an object."""
    thumbnails = (thumbnail_key(attachment_id, number) for number in range(1, len(THUMBNAILS) + 1))
    return (upload_key(attachment_id), file_key(attachment_id), *thumbnails)
