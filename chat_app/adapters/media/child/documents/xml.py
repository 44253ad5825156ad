"""Read XML from an archive piece by piece: without entities, and within limits."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse

from chat_app.core.files.errors import FileRefused

PART_MAX: Final = 200_000_000
"""The size of a part of a document, unpacked, in bytes."""


def elements(archive: ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    """Yield the elements of a part, at their ``start`` and ``end``. Raises ``FileRefused`` if it is too large."""
    if archive.getinfo(part).file_size > PART_MAX:
        raise FileRefused("file_unsafe_archive")
    with archive.open(part) as file:
        yield from iterparse(file, events=("start", "end"), forbid_dtd=True)


def local(element: Element) -> str:
    """Return the name of an element without its namespace: strict and ordinary documents use different namespaces."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return the value of an attribute in any namespace, or "" if it is missing."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""
