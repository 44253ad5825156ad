"""Compare a file's real type with its declared type and name."""

from enum import Enum, auto
from mimetypes import MimeTypes
from typing import Final

from chat_app.adapters.media.accepted import ACCEPTED, DOCX, ODP, ODS, ODT, PPTX, XLSX
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind


class Family(Enum):
    """Types that people and browsers do not keep apart."""

    IMAGE = auto()
    MEDIA = auto()
    PDF = auto()
    DOCUMENT = auto()
    ARCHIVE = auto()
    TEXT = auto()
    UNKNOWN = auto()
    FOREIGN = auto()
    """A known type which is not accepted."""


_BY_KIND: Final = {
    FileKind.IMAGE: Family.IMAGE,
    FileKind.VIDEO: Family.MEDIA,
    FileKind.AUDIO: Family.MEDIA,
    FileKind.PDF: Family.PDF,
    FileKind.DOCUMENT: Family.DOCUMENT,
    FileKind.TEXT: Family.TEXT,
    FileKind.ARCHIVE: Family.ARCHIVE,
}
_NAMED: Final = {
    "": Family.UNKNOWN,
    "application/octet-stream": Family.UNKNOWN,
    "image/svg+xml": Family.TEXT,
    "video/mp2t": Family.TEXT,  # TypeScript, as browsers see it; of video it is none that is accepted
    "application/ogg": Family.MEDIA,
    "application/x-pdf": Family.PDF,
    "application/x-zip-compressed": Family.ARCHIVE,
    "application/x-zip": Family.ARCHIVE,
}
_BY_TOP: Final = {"image": Family.IMAGE, "video": Family.MEDIA, "audio": Family.MEDIA, "text": Family.TEXT}

_TABLE: Final = MimeTypes(filenames=())
_PROGRAM: Final = "application/x-msdownload"
_NAME_ENDS: Final = {
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".pptx": PPTX,
    ".odt": ODT,
    ".ods": ODS,
    ".odp": ODP,
    ".m4a": "audio/mp4",
    ".flac": "audio/flac",
    ".jar": "application/java-archive",
    ".apk": "application/vnd.android.package-archive",
    **dict.fromkeys((".exe", ".com", ".scr", ".dll", ".msi", ".cmd", ".ps1", ".vbs", ".hta", ".lnk"), _PROGRAM),
}
"""Types by extensions that are missing or wrong in Python's own table."""

for _end, _type in _NAME_ENDS.items():
    _TABLE.add_type(_type, _end)
_SPREADSHEET: Final = "application/vnd.ms-excel"
"""The type that browsers on Windows report for CSV."""


def check_agreement(mime_type: str, *, declared: str, name: str) -> None:
    """Raise ``FileRefused`` if a file differs from its declared type or from the extension of its name.

    The name never decides the type; but a file named ``.html`` or ``.exe`` is never kept as a picture.
    """
    real = _family(mime_type)
    guessed = _TABLE.guess_type(name.replace("/", "_").replace(":", "_"), strict=False)[0] or ""
    for said in (declared.partition(";")[0].strip().lower(), guessed):
        if not _agrees(real, said):
            raise FileRefused("file_type_mismatch" if _family(said) is not Family.FOREIGN else "file_type_refused")


def _agrees(real: Family, said: str) -> bool:
    family = _family(said)
    if family is Family.UNKNOWN or family is real:
        return True
    if real is Family.TEXT:
        return family is Family.FOREIGN or said == _SPREADSHEET
    return real is Family.DOCUMENT and family is Family.ARCHIVE


def _family(mime_type: str) -> Family:
    """Return the family of a type."""
    if family := _NAMED.get(mime_type):
        return family
    if kind := ACCEPTED.get(mime_type):
        return _BY_KIND[kind]
    return _BY_TOP.get(mime_type.partition("/")[0], Family.FOREIGN)
