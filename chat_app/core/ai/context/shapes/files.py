"""Files as input of the prompt builder: their names, types and texts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chat_app.core.files.kinds import WITH_TEXT, FileKind

LONGEST_SIDE: Final = 1568
"""Pixels of the longer side of a picture that a model is given: vendors scale larger ones down to about that."""

PIXELS_PER_TOKEN: Final = 750
PICTURE_LEAST: Final = 64
"""The tokens that the smallest picture takes."""


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A file of a message. ``number`` is its place among the message's files, from 1 on; ``pages`` how many it has.

    With a ``page`` it is the picture of one page of a scanned document.
    """

    id: UUID
    number: int
    name: str
    kind: str
    mime_type: str
    size: int = 0
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    animated: bool = False
    caption: str = ""
    is_transcribed: bool = False
    page: int = 0

    @property
    def has_text(self) -> bool:
        """Return whether models get its text; the text of a recording is its transcript."""
        return self.kind in WITH_TEXT or self.is_transcribed

    @property
    def is_picture(self) -> bool:
        """Return whether models with eyes can be given it."""
        return self.kind == FileKind.IMAGE

    @property
    def shown(self) -> tuple[UUID, int]:
        """Return the label that distinguishes a picture of a prompt from the others."""
        return self.id, self.page

    @property
    def tokens(self) -> int:
        """Estimate the tokens of a picture after it is scaled down."""
        width, height = self.width or LONGEST_SIDE, self.height or LONGEST_SIDE
        scale = min(1.0, LONGEST_SIDE / max(width, height))
        return max(PICTURE_LEAST, -(-int(width * scale * height * scale) // PIXELS_PER_TOKEN))


@dataclass(frozen=True, slots=True)
class FileText:
    """The first ``pages`` of a file's text, of ``number`` in all. ``cut``: the last one is incomplete."""

    pages: Sequence[str]
    number: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of files for a model: ``texts``, and pictures if it ``sees``.

    Files in ``lost`` could not be loaded.
    """

    texts: Mapping[UUID, FileText] = field(default_factory=dict)
    sees: bool = False
    lost: Collection[UUID] = frozenset()


def prompt_files(attachments: Sequence[Mapping[str, Any]] | None) -> tuple[PromptFile, ...]:
    """Return the files of a message that are not hidden from models, from its stored list: see ``AttachmentJson``."""
    return tuple(
        PromptFile(
            UUID(each["id"]),
            number,
            each["name"],
            each["kind"],
            each["mime_type"],
            each["size"],
            each["width"],
            each["height"],
            each.get("pages"),
            each.get("animated", False),
            each.get("caption", ""),
            each.get("transcript", {}).get("status") == "done",
        )
        for number, each in enumerate(attachments or (), 1)
        if not each.get("exclude_from_ai")
    )
