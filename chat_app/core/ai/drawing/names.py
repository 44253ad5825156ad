"""Name the files of pictures. Pure."""

from collections.abc import Mapping
from typing import Final

from chat_app.core.files.rules import CAPTION_MAX
from chat_app.core.kernel.texts.cleaning import cut

_ENDINGS: Final[Mapping[str, str]] = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_WORDS: Final = 6
_LENGTH: Final = 60


def file_name(prompt: str, mime_type: str) -> str:
    """Return a name for a picture: the first words of its prompt."""
    words = ["".join(c for c in word if c.isalnum() or c in "-_") for word in prompt.split()[:_WORDS]]
    return f"{cut('-'.join(filter(None, words)), _LENGTH) or 'picture'}.{_ENDINGS[mime_type]}"


def caption_of(prompt: str) -> str:
    """Return a prompt as a file's caption."""
    return cut(" ".join(prompt.split()), CAPTION_MAX)
