"""The kinds of files, and the types that are accepted."""

from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """Name how a file is shown."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"
    DOCUMENT = "document"
    """A document of an office program."""
    TEXT = "text"
    """Plain text and code."""
    ARCHIVE = "archive"


class FileStatus(StrEnum):
    """The status of a file, from when it is announced."""

    PENDING = "pending"
    """Its bytes are not complete."""
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"


WITH_TEXT: Final = frozenset({FileKind.PDF, FileKind.DOCUMENT, FileKind.TEXT})
"""The kinds of files whose text is kept."""
