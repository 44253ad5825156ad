"""The types of files that are accepted, and how each is shown."""

from typing import Final

from chat_app.core.files.kinds import Kind

_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."

DOCX: Final = f"{_OPEN_XML}wordprocessingml.document"
XLSX: Final = f"{_OPEN_XML}spreadsheetml.sheet"
PPTX: Final = f"{_OPEN_XML}presentationml.presentation"
ODT: Final = f"{_OPEN_DOCUMENT}text"
ODS: Final = f"{_OPEN_DOCUMENT}spreadsheet"
ODP: Final = f"{_OPEN_DOCUMENT}presentation"

ACCEPTED: Final = {
    "image/jpeg": Kind.IMAGE,
    "image/png": Kind.IMAGE,
    "image/gif": Kind.IMAGE,
    "image/webp": Kind.IMAGE,
    "image/avif": Kind.IMAGE,
    "video/mp4": Kind.VIDEO,
    "video/quicktime": Kind.VIDEO,
    "video/webm": Kind.VIDEO,
    "audio/mp4": Kind.AUDIO,
    "audio/webm": Kind.AUDIO,
    "audio/mpeg": Kind.AUDIO,
    "audio/aac": Kind.AUDIO,
    "audio/wav": Kind.AUDIO,
    "audio/ogg": Kind.AUDIO,
    "audio/flac": Kind.AUDIO,
    "application/pdf": Kind.PDF,
    DOCX: Kind.DOCUMENT,
    XLSX: Kind.DOCUMENT,
    PPTX: Kind.DOCUMENT,
    ODT: Kind.DOCUMENT,
    ODS: Kind.DOCUMENT,
    ODP: Kind.DOCUMENT,
    "text/plain": Kind.TEXT,
    "application/zip": Kind.ARCHIVE,
}
"""Text of any sort is ``text/plain``, so that no browser ever runs HTML, SVG or a script."""
