"""The types of files that are accepted, and how each is shown."""

from typing import Final

from chat_app.core.files.kinds import FileKind

_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."

DOCX: Final = f"{_OPEN_XML}wordprocessingml.document"
XLSX: Final = f"{_OPEN_XML}spreadsheetml.sheet"
PPTX: Final = f"{_OPEN_XML}presentationml.presentation"
ODT: Final = f"{_OPEN_DOCUMENT}text"
ODS: Final = f"{_OPEN_DOCUMENT}spreadsheet"
ODP: Final = f"{_OPEN_DOCUMENT}presentation"

ACCEPTED: Final = {
    "image/jpeg": FileKind.IMAGE,
    "image/png": FileKind.IMAGE,
    "image/gif": FileKind.IMAGE,
    "image/webp": FileKind.IMAGE,
    "image/avif": FileKind.IMAGE,
    "video/mp4": FileKind.VIDEO,
    "video/quicktime": FileKind.VIDEO,
    "video/webm": FileKind.VIDEO,
    "audio/mp4": FileKind.AUDIO,
    "audio/webm": FileKind.AUDIO,
    "audio/mpeg": FileKind.AUDIO,
    "audio/aac": FileKind.AUDIO,
    "audio/wav": FileKind.AUDIO,
    "audio/ogg": FileKind.AUDIO,
    "audio/flac": FileKind.AUDIO,
    "application/pdf": FileKind.PDF,
    DOCX: FileKind.DOCUMENT,
    XLSX: FileKind.DOCUMENT,
    PPTX: FileKind.DOCUMENT,
    ODT: FileKind.DOCUMENT,
    ODS: FileKind.DOCUMENT,
    ODP: FileKind.DOCUMENT,
    "text/plain": FileKind.TEXT,
    "application/zip": FileKind.ARCHIVE,
}
"""Text of any kind is ``text/plain``, so that no browser ever runs HTML, SVG or a script."""
