"""Examine a file: find its type by its bytes, then read its contents."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from chat_app.adapters.media.child.declared import check_agreement
from chat_app.adapters.media.child.magic import HEAD, HEIC, MP4, OLD_OFFICE, WEBM, ZIP, type_of
from chat_app.adapters.media.child.writing import DiskFailed
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.storage.ports import Examined

_REFUSALS: Final = {"": "file_type_refused", HEIC: "file_heic_refused", OLD_OFFICE: "file_office_refused"}


def look_into(path: Path, *, name: str, declared: str, into: Path) -> Examined:
    """Return the findings about a file, and write the parts to keep into a folder. Raises ``FileRefused``."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise DiskFailed(str(error)) from error
    if not head:
        raise FileRefused("file_empty")
    mime_type = type_of(head)
    if mime_type in _REFUSALS:
        raise FileRefused(_REFUSALS[mime_type])
    if mime_type is not None and mime_type not in _UNSURE:
        check_agreement(mime_type, declared=declared, name=name)  # before libraries meet it
    examined = _examiner(mime_type)(path, into)
    check_agreement(examined.mime_type, declared=declared, name=name)
    return examined


_UNSURE: Final = {ZIP}
"""The types that the first bytes do not identify completely, so that its family is not sure."""


def _examiner(mime_type: str | None) -> Callable[[Path, Path], Examined]:
    """Return what examines a type. Each library is imported with the first file that needs it."""
    if mime_type is None:
        from chat_app.adapters.media.child.documents.texts import examine_text

        return lambda path, into: examine_text(path)
    if mime_type == ZIP:
        from chat_app.adapters.media.child.documents.zips import examine_zip

        return lambda path, into: examine_zip(path)
    if mime_type == "application/pdf":
        from chat_app.adapters.media.child.documents.pdf import examine_pdf

        return examine_pdf
    if mime_type.startswith("image/"):
        from chat_app.adapters.media.child.pictures.picture import examine_picture

        return lambda path, into: examine_picture(path, mime_type, into)
    return _recording_examiner(mime_type)


def _recording_examiner(mime_type: str) -> Callable[[Path, Path], Examined]:
    if mime_type == MP4:
        from chat_app.adapters.media.child.recordings.mp4 import examine_mp4

        return examine_mp4
    if mime_type == WEBM:
        from chat_app.adapters.media.child.recordings.webm import examine_webm

        return lambda path, into: examine_webm(path)
    from chat_app.adapters.media.child.recordings.audio import examine_audio

    return lambda path, into: examine_audio(path, mime_type)
