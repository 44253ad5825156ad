"""Extract the files of a tool server's answer. Their types are examined later, as for uploads."""

import binascii
import mimetypes
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

import mcp_types as types

from chat_app.core.files.rules import check_declared_type, check_file_name
from chat_app.core.tools.ports import MadeFile

FILES_MAX: Final = 4
"""Files of one result."""

_ENDINGS: Final = {"image/jpeg": ".jpg", "audio/mpeg": ".mp3", "audio/wav": ".wav", "image/webp": ".webp"}
"""Endings of types for which the system's table has another, or none."""


def served_files(content: Sequence[types.ContentBlock]) -> Mapping[int, MadeFile]:
    """Return the first files of a result, by their places in it: pictures, audio, and resources that are not text."""
    found: dict[int, MadeFile] = {}
    for place, each in enumerate(content):
        file = _file_of(each)
        if file and len(found) < FILES_MAX:
            found[place] = file
    return found


def _file_of(content: types.ContentBlock) -> MadeFile | None:
    if isinstance(content, types.ImageContent):
        return _made("picture", content.mime_type, content.data)
    if isinstance(content, types.AudioContent):
        return _made("sound", content.mime_type, content.data)
    if isinstance(content, types.EmbeddedResource) and isinstance(content.resource, types.BlobResourceContents):
        resource = content.resource
        return _made(unquote(urlsplit(str(resource.uri)).path), resource.mime_type or "", resource.blob)
    return None


def _made(name: str, mime_type: str, encoded: str) -> MadeFile | None:
    """Return a file, or ``None`` if its bytes are invalid.

    A name without an extension gets the extension of its type.
    """
    try:
        data = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    declared = check_declared_type(mime_type)
    name = check_file_name(name.rstrip("/"))
    if "." not in name:
        name += _ENDINGS.get(declared) or mimetypes.guess_extension(declared) or ""
    return MadeFile(name, declared, data) if data else None
