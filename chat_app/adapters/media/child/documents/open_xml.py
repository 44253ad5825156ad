"""Read documents of Word, Excel and PowerPoint."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from chat_app.adapters.media.accepted import DOCX, PPTX, XLSX
from chat_app.adapters.media.child.documents.pages import Pages
from chat_app.adapters.media.child.documents.sheets import rows_of, shared_texts
from chat_app.adapters.media.child.documents.xml import attribute, elements, local
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined

_MAIN: Final = re.compile(r"application/vnd\.openxmlformats-officedocument\.(\w+\.\w+)\.main\+xml")
_MACROS: Final = re.compile(r"macroenabled|vbaproject|ms-office\.activex|xlmacrosheet|intlmacrosheet", re.IGNORECASE)


def examine_open_xml(archive: ZipFile) -> Examined:
    """Return the text of a document. Raises ``FileRefused`` for one with macros."""
    main, mime_type = _main_part(archive)
    pages = Pages()
    for text in _READERS[mime_type](archive, main):
        pages.add(text)
        if pages.full:
            break
    return Examined(mime_type, FileKind.DOCUMENT, pages=tuple(pages.texts), page_count=len(pages.texts) or None)


def _main_part(archive: ZipFile) -> tuple[str, str]:
    """Return the name and type of the part that the document is, by its table of types."""
    main = ("", "")
    for event, element in elements(archive, "[Content_Types].xml"):
        kind = attribute(element, "ContentType")
        if event != "end" or not kind:
            continue
        if _MACROS.search(kind):
            raise FileRefused("file_macros_refused")
        mime_type = (
            f"application/vnd.openxmlformats-officedocument.{found[1]}" if (found := _MAIN.fullmatch(kind)) else ""
        )
        if mime_type in _READERS:
            main = (attribute(element, "PartName").lstrip("/"), mime_type)
    if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        raise FileRefused("file_macros_refused")
    if not main[0]:
        raise FileRefused("file_type_refused")
    return main


def _word_pages(archive: ZipFile, main: str) -> Iterator[str]:
    """Yield the pages as Word has last laid them out, or as their writer has divided them."""
    page: list[str] = []
    for event, element in elements(archive, main):
        name = local(element)
        if event == "start":
            if name == "lastRenderedPageBreak" or (name == "br" and attribute(element, "type") == "page"):
                if any(each.strip() for each in page):
                    yield "".join(page)
                page = []
            continue
        if name == "t":
            page.append(element.text or "")
        elif name in _WORD_SIGNS and not (attribute(element, "pos") or attribute(element, "type") == "page"):
            page.append(_WORD_SIGNS[name])
        if name in {"p", "tbl"}:
            element.clear()
    yield "".join(page)


_WORD_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "p": "\n"}
"""The replacements for elements. A tab with a position only defines a stop, and a page break ends the page."""


def _slides(archive: ZipFile, main: str) -> Iterator[str]:
    """Yield the text of each slide, in their order."""
    for part in _parts(archive, main, _listed(archive, main, "sldId")):
        lines: list[str] = []
        for event, element in elements(archive, part):
            name = local(element)
            if event == "end" and name in {"t", "br", "p"}:
                lines.append((element.text or "") if name == "t" else "\n")
        yield "".join(lines)


def _sheets(archive: ZipFile, main: str) -> Iterator[str]:
    """Yield each sheet: its name, then its rows, with tabs between the cells."""
    listed = _listed(archive, main, "sheet")
    shared = shared_texts(archive, posixpath.join(posixpath.dirname(main), "sharedStrings.xml"))
    for sheet, part in zip(listed, _parts(archive, main, listed), strict=True):
        yield "\n".join([sheet.get("name", ""), *rows_of(archive, part, shared)])


def _listed(archive: ZipFile, main: str, name: str) -> list[Element]:
    """Return the slides or sheets that the document names."""
    return [element for event, element in elements(archive, main) if event == "end" and local(element) == name]


def _parts(archive: ZipFile, main: str, listed: list[Element]) -> Iterator[str]:
    """Yield the parts that elements refer to by their ids."""
    folder, name = posixpath.split(main)
    targets = {
        element.get("Id"): element.get("Target", "")
        for event, element in elements(archive, f"{folder}/_rels/{name}.rels")
        if event == "end"
    }
    for element in listed:
        [link] = [value for key, value in element.attrib.items() if key.endswith("}id")]
        target = targets[link]
        yield target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


_READERS: Final[dict[str, Callable[[ZipFile, str], Iterator[str]]]] = {
    DOCX: _word_pages,
    PPTX: _slides,
    XLSX: _sheets,
}
