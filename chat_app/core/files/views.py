"""Files as people see them."""

from datetime import datetime
from math import floor
from typing import NotRequired, cast

from typing_extensions import TypedDict

from chat_app.core.files.kinds import FileKind, FileStatus
from chat_app.core.files.storage.keys import file_key, thumbnail_key
from chat_app.core.files.storage.ports import Presentation, Storage
from chat_app.core.files.tables import Attachment
from chat_app.core.kernel.wire import Timestamp, timestamp, timestamp_or_none
from chat_app.core.messages.tables import Message
from chat_app.core.messages.wire.files import AttachmentJson, FileStatusName, TranscriptJson

URL_SECONDS = 300

_INLINE = frozenset({FileKind.IMAGE, FileKind.VIDEO, FileKind.AUDIO})


class UploadJson(TypedDict):
    """The addresses to which the bytes are sent by `method`, each time with these `headers`.

    The file is sent to `url` as a whole; or to `parts`, each but the last one `part_size` bytes long. `arrived` has the
    numbers, from 1 on, of the parts that are complete.
    """

    method: str
    url: str
    headers: dict[str, str]
    parts: NotRequired[list[str]]
    part_size: NotRequired[int]
    arrived: NotRequired[list[int]]


class FileJson(AttachmentJson):
    """A file, with addresses that work until `expires_at` for everybody who has them. `problem`: why it was refused.
    `message` is the message with which it was sent, `uploader` the id of its uploader. `upload` is set when it is
    announced or resumed, and its bytes are incomplete.
    """

    status: FileStatusName
    problem: str | None
    url: str | None
    thumbnail_url: str | None
    expires_at: Timestamp
    uploader: str | None
    message: str | None
    sent_at: Timestamp | None
    upload: NotRequired[UploadJson]


class FileTextJson(TypedDict):
    """The beginning of a file's text, and whether it is the `whole`."""

    text: str
    whole: bool


def attachment_json(file: Attachment) -> AttachmentJson:
    """Return the shape of a file in messages."""
    shape: AttachmentJson = {
        "id": str(file.id),
        "name": file.name,
        "mime_type": file.mime_type or file.declared_type,
        "kind": file.kind,
        "size": file.size,
        "width": file.width,
        "height": file.height,
    }
    if file.caption:
        shape["caption"] = file.caption
    if file.thumbnails:
        shape["thumbnails"] = file.thumbnails
    if file.seconds is not None:
        shape["seconds"] = floor(round(file.seconds * 10, 3)) / 10  # rounded down, as a player's clock is
    if file.peaks:
        shape["peaks"] = file.peaks
    if file.transcript:
        shape["transcript"] = cast(TranscriptJson, file.transcript)
    if file.page_count is not None:
        shape["pages"] = file.page_count
    if file.animated:
        shape["animated"] = True
    if file.exclude_from_ai:
        shape["exclude_from_ai"] = True
    return shape


def show_changed(message: Message, file: Attachment) -> None:
    """Update a message's copy of one of its files."""
    shown = attachment_json(file)
    message.attachments = [dict(shown) if each["id"] == shown["id"] else each for each in message.attachments or ()]


def file_json(file: Attachment, storage: Storage, expires_at: datetime) -> FileJson:
    """Return a file with its addresses."""
    ready = file.status == FileStatus.READY
    shape = cast(FileJson, {**attachment_json(file)})
    shape["status"], shape["problem"] = file.status, file.problem
    shape["url"] = file_url(file, storage) if ready else None
    shape["thumbnail_url"] = thumbnail_url(file, storage, 2) if ready and file.thumbnails else None
    shape["expires_at"] = timestamp(expires_at)
    shape["uploader"] = str(file.uploader_id) if file.uploader_id else None
    shape["message"] = str(file.message_id) if file.message_id else None
    shape["sent_at"] = timestamp_or_none(file.sent_at)
    return shape


def file_url(file: Attachment, storage: Storage, *, download: bool = False) -> str:
    """Return an address of the file, which browsers show only if it is a picture, a video or a sound."""
    shown = Presentation(file.mime_type, file.name, inline=file.kind in _INLINE and not download)
    return storage.url(file_key(file.id), shown, URL_SECONDS)


def thumbnail_url(file: Attachment, storage: Storage, density: int) -> str:
    """Return an address of the thumbnail for a screen of this density, or of the only one."""
    number = min(density, file.thumbnails)
    return storage.url(thumbnail_key(file.id, number), Presentation("image/webp", file.name, inline=True), URL_SECONDS)
