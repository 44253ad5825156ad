"""Rules of files: pure checks of announced files."""

import re
from typing import Final

from chat_app.core.files.errors import FileRefused, FileTooLarge
from chat_app.core.kernel.texts.cleaning import clean_line, clean_name, cut, cut_start

NAME_MAX: Final = 200
CAPTION_MAX: Final = 500

_TYPE: Final = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)
_UNKNOWN: Final = "application/octet-stream"


def check_file_name(value: str) -> str:
    """Return a file's name for display: the last part of a path; the middle of a long name is cut out."""
    path = clean_line(value[-4 * NAME_MAX :])
    name = clean_name(re.split(r"[/\\]", path)[-1]).lstrip(".") or "file"
    if len(name) <= NAME_MAX:
        return name
    return cut(name, NAME_MAX - 31) + "…" + cut_start(name, 30)


def check_declared_type(value: str) -> str:
    """Return a media type without its parameters, in lower case; ``application/octet-stream`` if it is invalid."""
    essence = value.partition(";")[0].strip().lower()
    return essence if _TYPE.fullmatch(essence) else _UNKNOWN


def check_size(size: int, maximum: int) -> int:
    """Return a size in bytes. Raises ``FileRefused`` for an empty file and ``FileTooLarge``."""
    if size <= 0:
        raise FileRefused("file_empty", field="size")
    if size > maximum:
        raise FileTooLarge(field="size", maximum=maximum)
    return size


def check_caption(value: str) -> str:
    """Return a caption. Raises ``FileRefused`` if it is too long."""
    caption = clean_line(value)
    if len(caption) > CAPTION_MAX:
        raise FileRefused("caption_too_long", field="caption", maximum=CAPTION_MAX)
    return caption
