"""Read the cells of a sheet of Excel."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from chat_app.adapters.media.child.documents.xml import elements, local
from chat_app.adapters.media.limits import TEXT_MAX

COLUMNS_MAX: Final = 1_000
"""Empty cells between others are kept as tabs, up to this column."""


def shared_texts(archive: ZipFile, part: str) -> list[str]:
    """Return the texts that cells refer to by number."""
    texts: list[str] = []
    if part not in archive.namelist():
        return texts
    for event, element in elements(archive, part):
        if event == "end" and local(element) == "si":
            texts.append(_text(element))
            element.clear()
    return texts


def rows_of(archive: ZipFile, part: str, shared: list[str]) -> Iterator[str]:
    """Yield the rows of a sheet that are not empty, with tabs between the cells, as long as there is room for text."""
    count = 0
    for event, element in elements(archive, part):
        if event != "end" or local(element) != "row":
            continue
        row = _row(element, shared)
        element.clear()
        if row:
            yield row
            count += len(row)
        if count > TEXT_MAX:
            return


def _row(row: Element, shared: list[str]) -> str:
    cells: list[str] = []
    for cell in row:
        column = min(_column(cell.get("r", "")), COLUMNS_MAX)
        cells += [""] * (column - 1 - len(cells))
        cells.append(_value(cell, shared).replace("\n", " "))
    return "\t".join(cells).rstrip("\t")


def _column(reference: str) -> int:
    """Return the number of a cell's column: 28 for ``AB12``."""
    number = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


def _value(cell: Element, shared: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell)
    value = next((each.text or "" for each in cell if local(each) == "v"), "")
    if kind == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    return {"0": "FALSE", "1": "TRUE"}.get(value, value) if kind == "b" else value


def _text(element: Element) -> str:
    """Return the runs of a text together, without how it is pronounced."""
    parts = []
    for child in element:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) not in {"rPh", "phoneticPr"}:
            parts.append(_text(child))
    return "".join(parts)
