"""Examine a text file: whether it is one, its encoding, and its text."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO, Final

from chat_app.adapters.media.child.documents.pages import Pages
from chat_app.adapters.media.limits import TEXT_MAX
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined

_PIECE: Final = 1024 * 1024
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROLS_SHARE: Final = 0.02

_JAPANESE: Final = ("cp932", "euc_jp")
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]")
_USUAL: Final = re.compile(r"[　-〿ぁ-ヿ一-鿿！-～]")
"""The characters of Japanese texts. Text in the wrong encoding has others: half-width kana, Greek."""

_USUAL_SHARE: Final = 0.9


def examine_text(path: Path) -> Examined:
    """Return the text of a file as one page. Raises ``FileRefused`` for a file that is not text."""
    with path.open("rb") as file:
        text = _read(file)
    pages = Pages()
    pages.add(text)
    return Examined("text/plain", FileKind.TEXT, pages=tuple(pages.texts))


def _read(file: BinaryIO) -> str:
    head = file.read(_PIECE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _decoded(file, encoding)
    if b"\0" in head or len(_CONTROLS.findall(head)) > _CONTROLS_SHARE * len(head):
        raise FileRefused("file_type_refused")
    try:
        return _decoded(file, "utf-8")
    except UnicodeDecodeError:
        return _japanese(file)


def _japanese(file: BinaryIO) -> str:
    """Decode a text in one of the older Japanese encodings: the one whose result looks more Japanese."""
    best, text = 0.0, ""
    for encoding in _JAPANESE:
        try:
            found = _decoded(file, encoding)
        except UnicodeDecodeError:
            continue
        share = len(_USUAL.findall(found)) / max(1, len(_FOREIGN.findall(found)))
        if share > best:
            best, text = share, found
    if best < _USUAL_SHARE:
        raise FileRefused("file_encoding_refused")
    return text


def _decoded(file: BinaryIO, encoding: str) -> str:
    """Return the beginning of the text; read all of it, to check that it is text."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    kept, count, last = [], 0, False
    while not last:
        data = file.read(_PIECE)
        last = not data
        piece = decoder.decode(data, final=last)
        if "\0" in piece:
            raise FileRefused("file_type_refused")
        if count < TEXT_MAX:
            kept.append(piece)
            count += len(piece)
    return "".join(kept)[:TEXT_MAX]
