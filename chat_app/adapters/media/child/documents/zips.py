"""Examine an archive: an office document, or other files, which are not unpacked."""

from pathlib import Path
from typing import Final
from zipfile import ZipFile

from chat_app.adapters.media.child.documents.open_document import examine_open_document
from chat_app.adapters.media.child.documents.open_xml import examine_open_xml
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined

ENTRIES_MAX: Final = 20_000
UNPACKED_MAX: Final = 10_000_000_000
RATIO_MAX: Final = 200
"""How many times larger the whole may become, once it is larger than ``RATIO_FREE`` bytes."""

RATIO_FREE: Final = 50_000_000


def examine_zip(path: Path) -> Examined:
    """Return the type of an archive. Raises ``FileRefused`` for one that is not safe to unpack."""
    with ZipFile(path) as archive:
        _check_safe(archive, path.stat().st_size)
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            return examine_open_xml(archive)
        if {"mimetype", "content.xml"} <= names:
            return examine_open_document(archive)
    return Examined("application/zip", FileKind.ARCHIVE)


def _check_safe(archive: ZipFile, size: int) -> None:
    """Raise ``FileRefused`` if unpacking the archive would give too much data, or files outside of its folder."""
    entries = archive.infolist()
    whole = sum(each.file_size for each in entries)
    if len(entries) > ENTRIES_MAX or whole > UNPACKED_MAX or whole > max(RATIO_FREE, RATIO_MAX * size):
        raise FileRefused("file_unsafe_archive")
    if any(_leads_out(each.orig_filename) for each in entries):
        raise FileRefused("file_unsafe_archive")


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or parts[0][1:2] == ":" or "\0" in name
