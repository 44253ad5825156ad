"""Read documents of LibreOffice: texts, spreadsheets and presentations."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from chat_app.adapters.media.accepted import ODP, ODS, ODT
from chat_app.adapters.media.child.documents.pages import Pages
from chat_app.adapters.media.child.documents.xml import attribute, elements, local
from chat_app.adapters.media.limits import TEXT_MAX
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined

_PAGE: Final = {ODT: "", ODS: "table", ODP: "page"}
"""The element that begins a page; texts have none."""

_SIGNS: Final = {"tab": "\t", "line-break": "\n", "s": " "}
_MACRO_FOLDERS: Final = ("Basic/", "Scripts/")


def examine_open_document(archive: ZipFile) -> Examined:
    """Return the text of a document. Raises ``FileRefused`` for one with macros."""
    mime_type = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if _is_small(archive) else ""
    if mime_type not in _PAGE:
        raise FileRefused("file_type_refused")
    if any(name.startswith(_MACRO_FOLDERS) for name in archive.namelist()):
        raise FileRefused("file_macros_refused")
    if _is_encrypted(archive):
        return Examined(mime_type, FileKind.DOCUMENT)
    pages = Pages()
    for text in _texts(archive, _PAGE[mime_type]):
        pages.add(text)
        if pages.full:
            break
    return Examined(mime_type, FileKind.DOCUMENT, pages=tuple(pages.texts), page_count=len(pages.texts) or None)


def _is_small(archive: ZipFile) -> bool:
    return archive.getinfo("mimetype").file_size <= 100


def _is_encrypted(archive: ZipFile) -> bool:
    """Return whether the manifest says how the text is encrypted."""
    manifest = "META-INF/manifest.xml"
    return manifest in archive.namelist() and any(
        local(element) == "encryption-data" for _, element in elements(archive, manifest)
    )


def _texts(archive: ZipFile, page: str) -> Iterator[str]:
    """Yield the text of each page, slide or sheet."""
    lines: list[str] = []
    count = 0
    for event, element in elements(archive, "content.xml"):
        name = local(element)
        if event == "start":
            if name == page == "table":
                lines.append(attribute(element, "name") + "\n")
            continue
        if name in {"p", "h"}:
            text = _text(element)
            lines.append(text)
            count += len(text)
        if end := _end(name, sheet=page == "table"):
            lines.append(end)
        if name in {"p", "h", "table-row"}:
            element.clear()
        if count > TEXT_MAX:
            break
        if name == page:
            yield "".join(lines)
            lines = []
    if not page or lines:
        yield "".join(lines)


def _end(name: str, *, sheet: bool) -> str:
    """Return what follows an element: in a sheet, paragraphs are in cells."""
    if sheet:
        return {"table-cell": "\t", "table-row": "\n", "p": " "}.get(name, "")
    return "\n" if name in {"p", "h"} else ""


def _text(element: Element) -> str:
    """Return the text of a paragraph."""
    parts = [element.text or ""]
    for child in element:
        parts += [_SIGNS.get(local(child), ""), _text(child), child.tail or ""]
    return "".join(parts)
