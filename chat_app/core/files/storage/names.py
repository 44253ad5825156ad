"""Check keys and types of objects, and write their names as headers have them."""

import re
from typing import Final
from urllib.parse import quote

from chat_app.core.files.storage.ports import Presentation

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(/[A-Za-z0-9][A-Za-z0-9.-]*)*")
_KEY_MAX: Final = 200
_TYPE: Final = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}(; ?charset=[\w-]{1,30})?", re.ASCII)
_NAME_MAX: Final = 200
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff/\\]")
"""Characters that no name of a file may have: controls, changes of direction that disguise an ending, paths."""
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9 ._()+-]")
PATH: Final = "/files/"
"""The path of objects that the site serves itself."""
UNKNOWN: Final = "application/octet-stream"


def checked_key(key: str) -> str:
    """Return the key. Raises ``ValueError`` unless it is one."""
    if len(key) > _KEY_MAX or not _KEY.fullmatch(key):
        raise ValueError("not a key of an object")
    return key


def content_type(mime_type: str) -> str:
    """Return the value of ``Content-Type``; ``application/octet-stream`` for an unknown type."""
    return mime_type if _TYPE.fullmatch(mime_type) else UNKNOWN


def safe_name(name: str) -> str:
    """Return a file's name without what misleads people or programs, never empty."""
    return _UNFIT.sub("", name).strip(" .")[:_NAME_MAX] or "file"


def content_disposition(shown: Presentation) -> str:
    """Return the value of ``Content-Disposition`` (RFC 6266), its name in UTF-8 beside one in ASCII."""
    kind = "inline" if shown.inline else "attachment"
    name = safe_name(shown.name)
    plain = _NOT_PLAIN.sub("_", name)
    whole = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    return f'{kind}; filename="{plain}"{whole}'
